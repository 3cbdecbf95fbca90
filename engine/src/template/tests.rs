use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::id::hash64;

mod forms;

fn skeleton(message: &str) -> String {
    let mut skeleton = String::new();
    of_message(message, &mut skeleton);
    skeleton
}

/// The templates of messages, in their order.
fn templates(messages: &[&str]) -> Vec<String> {
    templates_after(messages, &[])
}

/// The same where earlier runs have found some.
fn templates_after(messages: &[&str], known: &[&str]) -> Vec<String> {
    let skeletons: Vec<String> = messages.iter().map(|message| skeleton(message)).collect();
    let set = skeletons.iter().map(String::as_str).collect();
    let templates = Templates::solve(&set, &known.iter().copied().collect());
    skeletons.iter().map(|skeleton| templates.of(skeleton).to_owned()).collect()
}

#[test]
fn values_are_masked_and_words_are_kept() {
    for (message, expected) in [
        ("", ""),
        ("Connection to 10.0.0.1:5432 failed after 30 s", "Connection to <*> failed after <*>"),
        ("user=alice action=login", "user=<*> action=<*>"),
        ("Started /usr/bin/x", "Started <*>"),
        ("Created ***@example.com from JWT=REDACTED", "Created <*> from JWT=<*>"),
        (
            "Traceback (most recent call last):\n  File \"a.py\", line 3\nValueError: bad id 17",
            "ValueError: bad id <*>",
        ),
        (
            "/app/a.js:2\nthrow 'order 17 is lost'\n^\norder 17 is lost\n(Use `node --trace-uncaught ...` to show where)\n\nNode.js v20.1.0",
            "order <*> is lost",
        ),
        ("/app/a.js:2\n^\nnothing of Node.js", "<*>"),
        // Numbers with units, dates, arrows.
        ("wrote 12.5 MB in <1 ms at Fri Jul 01 08:16:53 PDT 2005", "wrote <*> in <*> at <*>"),
        ("heap 4M->2M (state: prepare -> ready)", "heap <*> (state: <*>)"),
        // Addresses.
        ("from FF:F2:9F:16:E2:23 to fe80::aabb or [::1]:80 by :8080", "from <*> to <*> or <*> by <*>"),
        ("GET https://host/a?b=c and \"POST /x HTTP/1.1\"", "<*> and \"<*>\""),
        // Names with dots are values, exceptions are not, nor is what a message begins with.
        ("java.io.IOException: lost node.example", "java.io.IOException: lost <*>"),
        ("spark.cores set to 4, app.name=x", "spark.cores set to <*>"),
        ("I/O error, e.g. read/write", "I/O error, e.g. read/write"),
        // Quotes, brackets, lists.
        ("role \"admin\" does not exist", "role \"<*>\" does not exist"),
        ("can't find it, don't ask", "can't find it, don't ask"),
        ("took[3s], stats[], ids=[1, x], (a, 3), [x, y, z]", "took[<*>], stats[<*>], ids=<*>, (<*>), [<*>]"),
        ("{\"level\": \"info\", \"msg\": \"pool exhausted\"}", "{\"level\": <*>, \"msg\": \"pool exhausted\"}"),
        ("(env: staging, user_id: none, mode: on)", "(env: staging, user_id: <*>, mode: on)"),
        // Colours.
        ("\u{1b}[1;31mdisk gone\u{1b}[0m", "disk gone"),
        ("\u{1b}[31mERROR\u{1b}[0m \u{1b}[", "ERROR"),
        // Rulers, and equal signs that give nothing a value.
        ("load........... 7", "load... <*>"),
        ("==== a == b => c ====", "==== a == b => c ===="),
        // What stands behind a statement.
        ("duration: 3 ms  statement: SELECT 1", "duration: <*> statement: <*>"),
        ("slow: SELECT a FROM b WHERE c = 'd'", "slow: <*>"),
    ] {
        assert_eq!(skeleton(message), expected, "{message}");
    }
}

#[test]
fn messages_that_differ_in_names_have_one_template() {
    let users =
        ["alice", "bob", "carol", "root", "postgres"].map(|user| format!("Failed password for {user} from 10.0.0.1"));
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    assert_eq!(templates(&users), vec!["Failed password for <*> from <*>"; 5]);
    // Several at once.
    let jobs = [
        "worker loaded job SendMail of queue mail-out",
        "worker loaded job ImportRows of queue low-prio",
        "worker loaded job CleanUp of queue nightly-run",
    ];
    assert_eq!(templates(&jobs), vec!["worker loaded job <*> of queue <*>"; 3]);
    // A name of several parts, where values stand too.
    let pools = [
        "main pool stats reset for disk_1 today",
        "main pool stats reset for disk today",
        "main pool stats reset for Big Store today",
    ];
    assert_eq!(templates(&pools), vec!["main pool stats reset for <*> today"; 3]);
}

#[test]
fn messages_that_differ_in_what_they_mean_stay_apart() {
    for messages in [
        ["Job 7 was started on request", "Job 7 was paused on request"],
        ["cache hit for the whole page 3", "cache miss for the whole page 3"],
        ["node 3 is now in state RUNNING of the pool", "node 3 is now in state FAILED of the pool"],
        ["error loading file 3: Permission denied", "error loading file 3: Operation refused"],
        ["GET failed", "PUT failed"],
    ] {
        let templates = templates(&messages);
        assert_ne!(templates[0], templates[1]);
    }
}

#[test]
fn a_known_template_keeps_what_it_was_made_of_and_is_known_when_it_generalises() {
    let known = "login of <*> from <*> failed";
    assert_eq!(templates_after(&["login of alice from 10.0.0.1 failed"], &[known]), [known]);
    assert_eq!(templates(&["login of alice from 10.0.0.1 failed"]), ["login of alice from <*> failed"]);
    // What is no name is not covered.
    let mended = "login of <*> from <*> not failed";
    assert_eq!(templates_after(&["alice not bob again"], &["alice <*> bob again"]), ["alice not bob again"]);
    assert_eq!(
        templates_after(&["login of alice from 10.0.0.1 not failed"], &[known]),
        [mended.replacen("<*>", "alice", 1)]
    );
    // One that was specific, because one day had one name only, becomes general.
    let former = "login of alice from <*> failed";
    let skeletons = ["login of bob from <*> failed", "login of carol from <*> failed", "login of dave from <*> failed"];
    let templates = Templates::solve(&skeletons.into(), &[former].into());
    assert_eq!(templates.of(skeletons[0]), known);
    assert_eq!(templates.former(known), [former.into()]);
    assert!(templates.former(former).is_empty());
}

#[test]
fn a_message_of_any_length_has_a_short_skeleton() {
    assert!(skeleton(&"word ".repeat(1_000_000)).len() <= 1_100);
    assert!(skeleton(&"é".repeat(10_000)).len() <= 1_100);
    // What is cut off is cut between words.
    let long = format!("{} {}", "word ".repeat(203), "x".repeat(100));
    assert!(skeleton(&long).ends_with("word"));
}

#[test]
fn titles_read_like_titles() {
    assert_eq!(title("[<*>] connection to <*> failed: <*>"), "connection to … failed");
    assert_eq!(title("<*>"), "…");
}

/// A message of words, names, numbers and signs as logs have them.
fn message() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        5 => prop::sample::select(vec!["user", "for", "failed", "started", "alice", "bob", "eve", "pool", "job", "Cache", "not", "in"]),
        2 => prop::sample::select(vec!["10.0.0.1", "7", "a/b", "x=y", "\"quoted it\"", "[a, b]", "(3)", "->", "<*>", "::", "***", "key: v,"]),
        1 => prop::sample::select(vec!["=", ":", "'", "{", "é", "SELECT a FROM b", "Jul", "KB", "\u{0}", "GET /x"]),
    ];
    prop::collection::vec(word, 0..9).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_has_a_skeleton(text in "\\PC{0,300}|[ -~]{0,300}") {
        let skeleton = skeleton(&text);
        prop_assert!(skeleton.len() <= 4 * text.len() + 8);
        prop_assert_eq!(tokens::tokens(&skeleton).concat(), skeleton);
    }

    /// Nothing but the set counts: neither order, nor repetition, nor that it was solved in parts and as known templates.
    #[test]
    fn templates_are_a_function_of_the_set(messages in prop::collection::vec(message(), 1..30), seed in any::<u64>()) {
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let mut shuffled = messages.clone();
        shuffled.sort_by_key(|message| hash64(format!("{seed}{message}").as_bytes()));
        shuffled.extend_from_slice(&messages[..messages.len() / 2]);
        let pairs = |messages: &[&str]| -> BTreeSet<(String, String)> {
            messages.iter().map(|message| skeleton(message)).zip(templates(messages)).collect()
        };
        prop_assert_eq!(pairs(&messages), pairs(&shuffled));
    }

    /// A later run with the same messages finds the same templates.
    #[test]
    fn templates_that_are_known_stay(messages in prop::collection::vec(message(), 1..30)) {
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let found = templates(&messages);
        let known: Vec<&str> = found.iter().map(String::as_str).collect();
        prop_assert_eq!(templates_after(&messages, &known), found);
    }
}
