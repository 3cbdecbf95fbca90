//! What single lines of stack traces look like.

/// The line without the white space in front.
pub(super) fn body(line: &[u8]) -> &[u8] {
    line.trim_ascii_start()
}

pub(super) fn is_indented(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t'))
}

pub(super) fn starts_with_any(line: &[u8], words: &[&str]) -> bool {
    // Nearly all are told by their first byte.
    words.iter().any(|word| line.first() == word.as_bytes().first() && line.starts_with(word.as_bytes()))
}

/// A line that begins with a time is a record of its own, however far it is indented; so is one that begins with a
/// severity which was padded to five characters or so.
pub(super) fn begins_record(line: &[u8]) -> bool {
    const LEVELS: [&str; 11] =
        ["INFO", "WARN", "DEBUG", "TRACE", "ERROR", "FATAL", "NOTICE", "SEVERE", "CRITICAL", "ALERT", "EMERG"];
    const WEEKDAYS: [&str; 7] = ["Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "];
    let body = body(line);
    let inside = body.strip_prefix(b"[").unwrap_or(body);
    if inside.first().is_some_and(u8::is_ascii_alphabetic) {
        return line.len() - body.len() <= 4 && starts_with_any(inside, &LEVELS)
            // [Sun Dec 04 04:47:44 2005]
            || inside.len() < body.len() && starts_with_any(inside, &WEEKDAYS);
    }
    let digits = inside.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = inside.get(digits..).unwrap_or_default();
    match digits {
        // 2025-09-14, 2025/09/14
        4 => matches!(behind, [b'-' | b'/', m, n, b'-' | b'/', ..] if m.is_ascii_digit() && n.is_ascii_digit()),
        // 04:54:36, 25/09/14
        2 => {
            matches!(behind, [b':', m, n, b':', s, ..] if [m, n, s].iter().all(|byte| byte.is_ascii_digit()))
                || matches!(behind, [b'/', m, n, b'/', s, t, b' ', ..] if [m, n, s, t].iter().all(|byte| byte.is_ascii_digit()))
        }
        _ => false,
    }
}

/// The first line of a Python traceback.
pub(super) fn begins_traceback(line: &[u8]) -> bool {
    line.starts_with(b"Traceback (most recent call last):") || body(line).starts_with(b"+ Exception Group Traceback ")
}

/// A line that begins with what was thrown, as Java names it: `java.lang.IllegalStateException: no`.
pub(super) fn begins_with_thrown(line: &[u8]) -> bool {
    named(line).is_some_and(|(name, behind)| name.contains(&b'.') && matches!(behind, [] | [b':', ..]))
}

/// A line that begins with a name that may be that of what was thrown: `TypeError: no`, `TypeError [ERR_NO]: no`.
pub(super) fn begins_with_named(line: &[u8]) -> bool {
    named(line).is_some_and(|(_, behind)| matches!(behind, [] | [b':', ..] | [b' ', b'[', ..]))
}

/// The name of an exception that a line begins with, and what stands behind it.
fn named(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$');
    let (name, behind) = line.split_at(line.iter().take_while(is_name).count());
    let is_one = [b"Exception".as_slice(), b"Error", b"Throwable"].iter().any(|end| name.ends_with(end));
    is_one.then_some((name, behind))
}

/// The first line of a Go panic, or what `net/http` logs of one.
pub(super) fn is_go_panic(line: &[u8], panic: &memchr::memmem::Finder<'_>) -> bool {
    line.starts_with(b"goroutine ")
        || panic.find_iter(line).any(|at| {
            let before = line.get(..at).unwrap_or_default();
            let behind = line.get(at + "panic".len()..).unwrap_or_default();
            let word = before.last().is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
            word && behind.starts_with(b": ") || before.ends_with(b"http: ") && behind.starts_with(b" serving")
        })
}

/// What the Go runtime writes first: `panic: no`, `SIGQUIT: quit`, `goroutine 17 [running]:`.
pub(super) fn begins_go(line: &[u8]) -> bool {
    const WORDS: [&str; 5] =
        ["panic: ", "fatal error: ", "SIGQUIT: quit", "SIGABRT: abort", "SIGSEGV: segmentation violation"];
    let is_goroutine = |rest: &[u8]| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest.get(digits) == Some(&b' ') && rest.contains(&b'[') && rest.ends_with(b"]:")
    };
    starts_with_any(line, &WORDS) || line.strip_prefix(b"goroutine ").is_some_and(is_goroutine)
}

/// `thread 'main' panicked at src/main.rs:10:5:`, `thread '<unnamed>' (17) panicked at …`.
pub(super) fn is_rust_panic(line: &[u8]) -> bool {
    line.starts_with(b"thread '")
        && [b"' panicked at ", b") panicked at "].iter().any(|text| memchr::memmem::find(line, *text).is_some())
}

/// The last line of a Python exception group: `+------------------------------------`.
pub(super) fn is_end_of_group(body: &[u8]) -> bool {
    body.len() > 30 && body.strip_prefix(b"+").is_some_and(|line| line.iter().all(|byte| *byte == b'-'))
}

/// The marks below the place in a line of code.
pub(super) fn is_caret(line: &[u8]) -> bool {
    line.contains(&b'^') && line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'^' | b'~'))
}

/// A line that calls what went wrong by its type: `java.lang.IllegalStateException: no`, `Error`.
pub(super) fn names_exception(line: &[u8], words: &[memchr::memmem::Finder<'static>]) -> bool {
    words.iter().any(|word| {
        word.find_iter(line).any(|at| {
            let behind = line.get(at + word.needle().len()..).unwrap_or_default();
            matches!(behind, [] | [b':', ..])
        })
    })
}

/// `at f (file:1)`, `... 12 more`, `File "f", line 1`.
pub(super) fn is_frame(body: &[u8]) -> bool {
    starts_with_any(body, &["at ", "eval at ", "... ", "File \"", "from ", "--- End of"])
}

/// `#12      main (file.dart:1:2)`: the number of the frame.
pub(super) fn numbered_frame(line: &[u8]) -> Option<u32> {
    let rest = line.strip_prefix(b"#")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || rest.get(digits) != Some(&b' ') {
        return None;
    }
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

/// `main.(*T).serve(0x1, ...)`
pub(super) fn is_go_call(line: &[u8]) -> bool {
    let open = line.iter().position(|byte| *byte == b'(' || byte.is_ascii_whitespace());
    line.ends_with(b")") && open.is_some_and(|at| at > 0 && line.get(at) == Some(&b'('))
}

/// `rax    0x0`
pub(super) fn is_register(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()).count();
    (2..=6).contains(&name)
        && line.get(name) == Some(&b' ')
        && body(line.get(name..).unwrap_or_default()).starts_with(b"0x")
}

/// `sqlalchemy.exc.OperationalError: no`, `KeyboardInterrupt`
pub(super) fn is_python_exception(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let named = line.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    named && matches!(line.get(name..), Some([] | [b':', ..]))
}

/// `NoMethodError (undefined method):`
pub(super) fn is_rails_header(body: &[u8]) -> bool {
    body.ends_with(b"):") && memchr::memmem::find(body, b"Error (").is_some()
}

/// ``app/models/user.rb:10:in `name'``
pub(super) fn is_ruby_frame(line: &[u8]) -> bool {
    memchr::memmem::find(line, b".rb:").is_some_and(|at| {
        let behind = line.get(at + 4..).unwrap_or_default();
        let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && behind.get(digits..).unwrap_or_default().starts_with(b":in ")
    })
}

/// The same at the beginning of a line, for a file without spaces in its path; or `NoMethodError (undefined method):` there.
pub(super) fn begins_ruby(line: &[u8]) -> bool {
    let word = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_');
    word.ends_with(b":in") && is_ruby_frame(line)
        || word.ends_with(b"Error") && word.iter().all(is_name) && is_rails_header(line)
}

/// `exception 'Exception' with message 'no' in /app/a.php:5`, as PHP wrote it up to version 5.
pub(super) fn is_php_exception(line: &[u8]) -> bool {
    line.starts_with(b"exception '") && memchr::memmem::find(line, b"' with message '").is_some()
}

/// `/app/server.js:10`, which Node.js writes in front of the line of code.
pub(super) fn is_node_place(line: &[u8]) -> bool {
    let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let path = line.get(..line.len() - digits).unwrap_or_default();
    // Of what it runs it knows the whole path.
    let is_whole = matches!(path, [b'/', ..] | [b'f', b'i', b'l', b'e', b':', ..] | [_, b':', ..]);
    digits > 0
        && !path.contains(&b' ')
        && (is_whole && [".js:", ".mjs:", ".cjs:", ".ts:"].iter().any(|end| path.ends_with(end.as_bytes()))
            || path.starts_with(b"node:") && path.ends_with(b":"))
}

/// Nothing but closing brackets.
pub(super) fn is_closing(line: &[u8]) -> bool {
    line.len() <= 4
        && matches!(line.first(), Some(b'}' | b']' | b')'))
        && line.iter().all(|byte| matches!(byte, b'}' | b']' | b')' | b',' | b';'))
}
