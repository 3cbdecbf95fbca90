//! Readable names of frames and types: what compilers have made of them is left out.

use super::frame::{Frame, Language};

/// Bytes of one name.
const LENGTH: usize = 80;

/// Folders that say nothing of what a file in them is about: where applications are put, and what every one of them has.
const FOLDERS: [&str; 40] = [
    "app",
    "apps",
    "src",
    "lib",
    "libs",
    "bin",
    "code",
    "workspace",
    "srv",
    "opt",
    "usr",
    "var",
    "home",
    "root",
    "tmp",
    "dist",
    "build",
    "out",
    "target",
    "www",
    "html",
    "public",
    "server",
    "main",
    "current",
    "release",
    "releases",
    "project",
    "user_code",
    "functions",
    "function",
    "task",
    "local",
    "java",
    "python",
    "node",
    "go",
    "deploy",
    "application",
    "service",
];

/// The name of a frame; empty where the frame is none that anybody has written.
///
/// `orders.views.load` of Python, `OrderService.load` of Java and .NET, `orders.Service.Load` of Go, `routes/orders.load` of Node.
pub(super) fn of_frame(frame: &Frame<'_>) -> String {
    let name = match frame.language {
        Language::Python => of_python(frame),
        Language::Jvm => of_jvm(frame.name),
        Language::Dotnet => of_dotnet(frame.name),
        Language::Go => of_go(frame.name),
        Language::Rust => of_rust(frame),
        Language::Ruby => joined(frame.path, "/", of_ruby(frame.name)),
        Language::Node => joined(frame.path, "/", &of_node(frame.name)),
        Language::Php => of_php(frame),
    };
    steady(&name)
}

/// A name without what changes with each build: long numbers are left out, and what redaction left is a wildcard.
fn steady(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = digits.max(c.len_utf8());
        let (piece, after) = rest.split_at(length);
        if digits < 4 && !c.is_whitespace() && !c.is_control() {
            text.push_str(piece);
        }
        rest = after;
        if text.len() >= LENGTH {
            break;
        }
    }
    text
}

fn of_python(frame: &Frame<'_>) -> String {
    match frame.name {
        // Inlined since Python 3.12 (https://peps.python.org/pep-0709/), and the same code as what stands around them.
        "<listcomp>" | "<dictcomp>" | "<setcomp>" | "<genexpr>" => String::new(),
        "<module>" => joined(frame.path, ".", ""),
        name => joined(frame.path, ".", name.trim_matches(['<', '>'])),
    }
}

/// The file, its folder where that says something, and the function.
fn joined(path: &str, separator: &str, function: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut parts = path.rsplit(['/', '\\', ':']).filter(|part| !part.is_empty() && *part != ".");
    let mut stem = stem(parts.next().unwrap_or(""));
    let mut folder = parts.next().filter(|folder| says_something(folder));
    // A file that stands for its folder.
    if let Some(folder) = folder.take_if(|_| matches!(stem.as_str(), "__init__" | "index" | "mod")) {
        folder.clone_into(&mut stem);
    }
    let mut text = String::new();
    for part in [folder.unwrap_or(""), &stem] {
        if !part.is_empty() {
            text.push_str(if text.is_empty() { "" } else { separator });
            text.push_str(part);
        }
    }
    if !function.is_empty() {
        text.push_str(if text.is_empty() { "" } else { "." });
        text.push_str(function);
    }
    text
}

/// A folder that is neither one that many have nor a version, a revision or an id.
fn says_something(folder: &str) -> bool {
    let is_hex = folder.len() >= 7 && folder.bytes().all(|b| b.is_ascii_hexdigit());
    let is_name = folder.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'));
    is_name && folder.len() > 1 && !is_hex && !folder.starts_with("tmp") && !FOLDERS.contains(&folder)
}

/// `orders.controller` of `orders.controller.ts`, `main` of `main.8f3a2b1c.js` and of `main-BX2k19.js`.
fn stem(file: &str) -> String {
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    let mut stem = String::new();
    for (number, part) in name.split_inclusive(['.', '-']).enumerate() {
        let word = part.trim_end_matches(['.', '-']);
        let has_digit = word.bytes().any(|b| b.is_ascii_digit());
        let is_hash = has_digit && word.len() >= 6 || word.len() >= 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
        let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
        if !is_number && (number == 0 || !is_hash) {
            stem.push_str(part);
        }
    }
    stem.truncate(stem.trim_end_matches(['.', '-']).len());
    stem
}

/// `OrderService.load` of `app//com.acme.OrderService.lambda$load$3`; Kotlin's and Scala's closures likewise.
fn of_jvm(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let (class, method) = name.rsplit_once('.').unwrap_or(("", name));
    let class = class.rsplit('.').next().unwrap_or(class);
    let mut parts: Vec<&str> = class.split('$').filter(|part| is_written(part)).collect();
    let method = match method {
        "<init>" => Some("new"),
        "<clinit>" => Some("static"),
        // Kotlin runs the bodies of closures and coroutines so: they are named by the function around them.
        "invoke" | "invokeSuspend" if parts.len() > 1 => None,
        method => method.split('$').find(|part| is_written(part)),
    };
    parts.extend(method.filter(|method| parts.last() != Some(method)));
    parts.join(".")
}

fn is_written(part: &str) -> bool {
    let is_made =
        matches!(part, "lambda" | "anonfun" | "adapted" | "default" | "suspendImpl" | "Companion" | "package");
    part.starts_with(|c: char| c.is_alphabetic() || c == '_') && !is_made
}

/// `Orders.Load` of `Shop.Orders.<Load>d__2.MoveNext` and of `Shop.Orders.<>c__DisplayClass1_0.<Load>b__0`.
fn of_dotnet(name: &str) -> String {
    let mut flat = String::new();
    let mut depth = 0;
    for c in name.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            c if depth == 0 => flat.push(c),
            _ => {}
        }
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in flat.split(['.', '+']).filter(|part| !part.is_empty()) {
        let part = part.split('`').next().unwrap_or(part);
        match part.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some(("", _)) => {}
            // A local function: `<Load>g__Check|1_0`.
            Some((_, rest)) if rest.starts_with("g__") => {
                parts.extend(rest.get(3..).and_then(|rest| rest.split('|').next()))
            }
            Some((function, _)) => parts.push(function),
            None if part == "MoveNext" => {}
            None => parts.push(match part {
                "ctor" => "new",
                "cctor" => "static",
                part => part,
            }),
        }
    }
    parts.get(parts.len().saturating_sub(2)..).unwrap_or(&[]).join(".")
}

/// `orders.Service.Load` of `github.com/acme/shop/orders.(*Service).Load.func1`.
fn of_go(name: &str) -> String {
    let name = match name.find('[') {
        Some(at) => name.get(..at).unwrap_or(name).rsplit('/').next().unwrap_or(name),
        None => name.rsplit('/').next().unwrap_or(name),
    };
    let is_made = |part: &&str| {
        let rest = part.strip_prefix("func").or_else(|| part.strip_prefix("gowrap")).unwrap_or(part);
        rest.bytes().all(|b| b.is_ascii_digit())
    };
    let parts =
        name.split('.').map(|part| part.trim_start_matches("(*").trim_matches(['(', ')']).trim_end_matches("-fm"));
    parts.filter(|part| !is_made(part)).collect::<Vec<_>>().join(".")
}

/// `handlers::load` of `shop::handlers::load::{{closure}}::h0123456789abcdef`; the file where only that is known.
fn of_rust(frame: &Frame<'_>) -> String {
    if frame.name.is_empty() {
        return joined(frame.path, "/", "");
    }
    // `<shop::Orders as core::fmt::Display>::fmt` is a function of `shop::Orders`.
    let name = match frame.name.strip_prefix('<').and_then(|rest| rest.split_once(" as ")) {
        Some((of, rest)) => format!("{of}{}", rest.rsplit_once('>').map_or("", |(_, rest)| rest)),
        None => frame.name.to_owned(),
    };
    let is_hash =
        |part: &str| part.len() == 17 && part.starts_with('h') && part.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
    let is_made = |part: &str| {
        part.is_empty() || part.starts_with(['{', '<', '\'']) || part.ends_with(['>', '}']) || is_hash(part)
    };
    let parts: Vec<&str> = name.split("::").filter(|part| !is_made(part)).collect();
    parts.get(parts.len().saturating_sub(2)..).unwrap_or(&[]).join("::")
}

/// `load` of `block (2 levels) in load` and of `OrdersController#load`, as Ruby 3.4 writes it.
fn of_ruby(name: &str) -> &str {
    let name = name.rsplit(" in ").next().unwrap_or(name);
    let name = name.rsplit(['#', '.']).next().unwrap_or(name);
    if name.starts_with('<') { "" } else { name }
}

/// `Orders.load` of `new Orders.load [as handler]`; without the objects that V8 names by their class.
fn of_node(name: &str) -> String {
    let name = name.split(" [as ").next().unwrap_or(name);
    let name = name.strip_prefix("async ").unwrap_or(name);
    let name = name.strip_prefix("new ").unwrap_or(name);
    const OBJECTS: [&str; 8] =
        ["Object", "Function", "Module", "exports", "module", "global", "<anonymous>", "<computed>"];
    let parts = name.split('.').filter(|part| !part.is_empty() && !OBJECTS.contains(part) && !part.starts_with('<'));
    parts.collect::<Vec<_>>().join(".")
}

/// `OrderController.show` of `App\Http\OrderController->show`; a function without a class goes by its file.
fn of_php(frame: &Frame<'_>) -> String {
    let name = frame.name.rsplit('\\').next().unwrap_or(frame.name);
    let name = if frame.name.contains("{closure") { "closure" } else { name };
    match name.split_once("->").or_else(|| name.split_once("::")) {
        Some((class, method)) => format!("{class}.{method}"),
        None => joined(frame.path, "/", name),
    }
}

/// The type of an exception as people say it: of packages and namespaces the last part is left, of Python's the first as well,
/// for several libraries have a `ConnectionError`.
pub(super) fn of_type(name: &str, language: Option<Language>) -> String {
    let text = match language {
        Some(Language::Ruby) => name.to_owned(),
        Some(Language::Python) => match (name.split('.').next(), name.rsplit_once('.')) {
            (Some("builtins" | "__main__"), Some((_, last))) => last.to_owned(),
            (Some(first), Some((_, last))) => format!("{first}.{last}"),
            _ => name.to_owned(),
        },
        // What Go says is no name.
        Some(Language::Go) => return name.split_whitespace().take(12).collect::<Vec<_>>().join(" "),
        _ => name.rsplit(['.', '\\', '$', '+']).next().unwrap_or(name).split('`').next().unwrap_or(name).to_owned(),
    };
    steady(&text)
}
