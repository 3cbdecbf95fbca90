//! Frames of stack traces, as each language writes them.

use super::lines;

/// Whose way of writing a frame is in; several languages share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    /// Java, Kotlin, Scala.
    Jvm,
    /// JavaScript in Node and browsers; Dart writes the same between its `#0` and the end.
    Node,
    Dotnet,
    Ruby,
    Php,
    Go,
    Rust,
}

/// One frame, as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'t> {
    pub(super) language: Language,
    /// The function, with its class or package where the language says it; may be empty.
    pub(super) name: &'t str,
    /// The file, without lines; may be empty.
    pub(super) path: &'t str,
}

impl<'t> Frame<'t> {
    fn new(language: Language, name: &'t str, path: &'t str) -> Self {
        Self { language, name: name.trim(), path: path.trim() }
    }
}

/// `File "/app/x.py", line 3, in load`, anywhere in a line; quotation marks may be escaped.
pub(super) fn of_python(line: &str) -> Option<Frame<'_>> {
    if !lines::has(line, b'"') {
        return None;
    }
    let after = lines::split(line, "File ")?.1.trim_start_matches('\\').strip_prefix('"')?;
    let (path, after) = after.split_once('"')?;
    let after = after.strip_prefix(", line ")?;
    let name = after.split_once(", in ").map_or("", |(_, name)| name);
    Some(Frame::new(Language::Python, lines::trim(name), path.trim_end_matches('\\')))
}

/// `at …`: of the Java platform, .NET, or Node. `line` begins with it.
pub(super) fn of_at(line: &str) -> Option<Frame<'_>> {
    // Behind the last frame of a trace may stand what a logger closes its record with.
    let rest = line.strip_prefix("at ")?.trim_start().trim_end_matches(['"', '\'', ',', '{', '}', ' ']);
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    let Some(open) = rest.find('(') else {
        let path = without_position(rest).filter(|path| !path.contains(' '));
        return path.map(|path| Frame::new(Language::Node, "", path));
    };
    let (name, inside) = (rest.get(..open)?, rest.get(open + 1..)?);
    let is_spaced = name.ends_with(' ');
    let close = closing(inside)?;
    let (inside, after) = (inside.get(..close)?, inside.get(close + 1..)?.trim());
    if after.is_empty() && is_of_node(inside) {
        return Some(Frame::new(Language::Node, name, without_position(inside).unwrap_or(inside)));
    }
    let bare = name.trim_end();
    let is_dotted = bare.contains('.') && !without_brackets(bare).contains(char::is_whitespace);
    if is_dotted && !is_spaced && is_of_jvm(inside) {
        return Some(Frame::new(Language::Jvm, bare, inside));
    }
    let is_dotnet = after.is_empty() && !is_spaced || after.starts_with("in ") || after.starts_with("[0x");
    if !is_dotnet || !(is_dotted || bare.starts_with("lambda_method")) {
        return None;
    }
    let path = after.split_once("in ").map_or("", |(_, path)| path);
    Some(Frame::new(Language::Dotnet, bare, path.rsplit_once(':').map_or(path, |(path, _)| path)))
}

/// The end of the text in parentheses whose opening one stands before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        false
    })
}

/// The part of a name before its generic arguments: `List[System.String, X].Add` holds a space and is one name.
fn without_brackets(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

fn is_of_node(inside: &str) -> bool {
    matches!(inside, "<anonymous>" | "native" | "unknown location")
        || inside.starts_with("eval at ")
        || inside.starts_with("index ") && !inside.contains('.')
        || without_position(inside).is_some()
}

/// What the Java platform writes in the parentheses: never a list of parameters.
fn is_of_jvm(inside: &str) -> bool {
    if matches!(inside, "Native Method" | "Unknown Source" | "<generated>" | "<unknown>") {
        return true;
    }
    let (file, line) = inside.rsplit_once(':').unwrap_or((inside, ""));
    let is_line = line.is_empty() || line.bytes().all(|b| b.is_ascii_alphanumeric()) || line.starts_with("***");
    let is_file = [".java", ".kt", ".kts", ".scala", ".groovy", ".clj"].iter().any(|end| file.ends_with(end));
    is_line && (is_file || (!line.is_empty() && !file.contains(char::is_whitespace) && !file.contains('/')))
}

/// `x.js` of `x.js:52:3`.
pub(super) fn without_position(place: &str) -> Option<&str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (rest, column) = place.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    (digits(column) && digits(line) && !path.is_empty()).then_some(path)
}

/// What a frame of PHP says: the function that was called, and the file that it was called from.
///
/// `#0 /app/x.php(12): Order->load()`; Dart has `#0      main (file:///x.dart:15:20)`, which is a whole frame.
pub(super) enum Numbered<'t> {
    Php { called: &'t str, from: &'t str },
    PhpMain,
    Dart(Frame<'t>),
}

/// `#0 …`. `line` begins with it.
pub(super) fn of_numbered(line: &str) -> Option<Numbered<'_>> {
    let rest = line.strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest.get(digits..).filter(|rest| digits > 0 && rest.starts_with(' '))?.trim();
    if rest.starts_with("{main}") {
        return Some(Numbered::PhpMain);
    }
    if let Some(called) = rest.strip_prefix("[internal function]: ") {
        return Some(Numbered::Php { called: called_name(called), from: "[internal function]" });
    }
    if let Some((from, called)) = rest.split_once("): ") {
        let (path, line) = from.rsplit_once('(')?;
        return line
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| Numbered::Php { called: called_name(called), from: path });
    }
    let (name, place) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    let path = without_position(place).or_else(|| Some(place.rsplit_once(':')?.0))?;
    (path.contains(".dart") || path.starts_with("dart:"))
        .then(|| Numbered::Dart(Frame::new(Language::Node, name, path)))
}

fn called_name(called: &str) -> &str {
    called.split('(').next().unwrap_or(called)
}

/// `app/x.rb:3:in 'load'`, and what stands behind it. Gems may be written as `rack (2.0.3) lib/x.rb`.
pub(super) fn of_ruby(line: &str) -> Option<(Frame<'_>, &str)> {
    memchr::memchr2(b'\'', b'`', line.as_bytes())?;
    let (place, name) = lines::split(line, ":in ")?;
    let name = name.strip_prefix(['`', '\''])?;
    let (name, after) = name.split_once('\'')?;
    let (path, number) = place.rsplit_once(':')?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let path = path.trim().trim_start_matches("from ");
    let is_of_gem = path.contains(" (") && path.contains(") ");
    let path = if is_of_gem { path } else { path.rsplit(' ').next().unwrap_or(path) };
    Some((Frame::new(Language::Ruby, name, path), after))
}

/// The file of a frame of Go, `/app/x.go:12 +0x1f`; the function stands on the line before.
pub(super) fn go_file(line: &str) -> Option<&str> {
    let mut places =
        memchr::memchr_iter(b':', line.as_bytes()).filter_map(|at| Some((line.get(..at)?, line.get(at + 1..)?)));
    let (path, after) = places.find(|(path, _)| path.ends_with(".go") || path.ends_with(".s"))?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let rest = after.get(digits..)?;
    (digits > 0 && (rest.is_empty() || rest.starts_with(" +0x") || rest.starts_with(" fp=")) && !path.contains(' '))
        .then_some(path)
}

/// The file of a frame as gin writes it, `/app/x.go:12 (0x8f1a2b)`; the function begins the next line.
pub(super) fn gin_file(line: &str) -> Option<&str> {
    let (place, _) = line.strip_suffix(')')?.rsplit_once(" (0x")?;
    let (path, number) = place.rsplit_once(':')?;
    (path.ends_with(".go") && number.bytes().all(|b| b.is_ascii_digit())).then_some(path)
}

/// The frame of Go whose function stands on `line`: `main.(*Server).run(0xc42, {0x1, 0x2})`.
pub(super) fn of_go<'t>(line: &'t str, path: &'t str) -> Option<Frame<'t>> {
    if line.starts_with("created by ") {
        return None;
    }
    let name = match line.strip_suffix(')') {
        Some(inside) => inside.get(..opening(inside)?)?,
        None => line,
    };
    let name = name.rsplit(' ').next().unwrap_or(name);
    let is_name =
        name == "panic" || name.contains('.') && !name.ends_with(['.', ':']) && !name.contains(['"', '=', ':']);
    is_name.then(|| Frame::new(Language::Go, name, path))
}

/// Where the parenthesis stands that the one behind `text` closes.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.bytes().rposition(|byte| {
        match byte {
            b')' => depth += 1,
            b'(' if depth == 0 => return true,
            b'(' => depth -= 1,
            _ => {}
        }
        false
    })
}

/// The function of a frame of Rust: `5: shop::load`, in older versions `5: 0x55d0 - shop::load::h0123`.
pub(super) fn rust_function(line: &str) -> Option<&str> {
    if !line.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (number, name) = line.split_once(": ")?;
    if number.is_empty() || number.len() > 4 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let name = name.trim();
    let name = name.strip_prefix("0x").and_then(|rest| rest.split_once(" - ")).map_or(name, |(_, name)| name);
    let is_path = name.contains("::") || name.starts_with('<');
    (is_path || !name.contains(char::is_whitespace)).then_some(name)
}

/// The frame of Rust whose function is `name`, at `place`, which is as `src/x.rs:12:9`.
pub(super) fn of_rust<'t>(name: &'t str, place: &'t str) -> Frame<'t> {
    let path = without_position(place).or_else(|| place.rsplit_once(':').map(|(path, _)| path)).unwrap_or(place);
    Frame::new(Language::Rust, name, path)
}
