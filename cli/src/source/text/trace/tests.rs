use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_speaks_of_nothing_is_told_at_once(pieces in prop::collection::vec(prop::sample::select(&[
        "Traceback (most recent call last):", "goroutine 7 [running]:", "panic: no", "panicked at x.rs:1:2:", "thread 'main' ",
        "PHP Fatal error:", "PHP Notice:", "' with message '", "NoError (x):", "a.rb:10:in `f'", ".rb", "Exception", "Error:", "Throwable",
        "V8 errors stack trace", "http: panic serving", "java.lang.", " ", ":", "x", "é", "exception", "ERROR",
    ][..]), 0..6)) {
        let line = pieces.concat();
        let quick = Trace::new();
        let slow = Trace { any: None, ..Trace::new() };
        prop_assert!(quick.any.is_some());
        prop_assert_eq!(quick.mentioned(line.as_bytes()), slow.mentioned(line.as_bytes()), "{}", line);
    }
}
