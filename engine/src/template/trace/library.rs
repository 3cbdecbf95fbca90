//! Which frames are the application's: everything is that is not known to belong to a language, a framework or a package.

mod data;

use super::frame::Language;
use super::lines;
use data::{DOTNET, GO, JVM, Library, MADE, NODE, PARTS, PHP, PYTHON, RUBY, RUST};

/// Whether a frame belongs to no application.
pub(super) fn is_library(language: Language, name: &str, path: &str) -> bool {
    let library = match language {
        Language::Python => &PYTHON,
        Language::Jvm => &JVM,
        Language::Node => &NODE,
        Language::Dotnet => &DOTNET,
        Language::Ruby => &RUBY,
        Language::Php => &PHP,
        Language::Go => &GO,
        Language::Rust => &RUST,
    };
    let is_made = match language {
        Language::Jvm => name.contains(['$', '#']) && holds_any(name, MADE),
        Language::Node => path.is_empty(),
        // `-trimpath` leaves `github.com/go-chi/chi/v5@v5.0.8/mux.go`.
        Language::Go => path.split("@v").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit())),
        Language::Dotnet => name.starts_with("lambda_method"),
        Language::Rust => matches!(name, "main" | "_main"),
        _ => false,
    };
    if is_made
        || holds_any(path, library.parts)
        || holds_any(path, PARTS)
        || library.roots.iter().any(|root| path.starts_with(root))
    {
        return true;
    }
    let name = match language {
        // Modules and class loaders: `java.base/java.lang.Thread.run`.
        Language::Jvm => name.rsplit('/').next().unwrap_or(name),
        Language::Rust => name.trim_start_matches(['<', '&']),
        _ => name,
    };
    (path.is_empty() || !library.is_path_enough) && library.has(name)
        // Of `net/http.HandlerFunc.ServeHTTP` the first segment may be all there is: `fmt.Println`.
        || language == Language::Go && library.has(name.split('.').next().unwrap_or(name))
}

fn holds_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| lines::find(text, part).is_some())
}

impl Library {
    /// Whether the first one, two or three segments of a name are known.
    fn has(&self, name: &str) -> bool {
        let ends = name.match_indices(self.separator).map(|(at, _)| at).chain([name.len()]).take(3);
        ends.filter_map(|end| name.get(..end)).any(|first| self.names.binary_search(&first).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        for library in [PYTHON, JVM, NODE, DOTNET, RUBY, PHP, GO, RUST] {
            assert!(library.names.is_sorted(), "{:?}", library.names);
        }
    }

    #[test]
    fn frames_are_told_by_path_and_by_name() {
        for (is_own, language, name, path) in [
            (true, Language::Python, "load", "/app/shop/orders.py"),
            (false, Language::Python, "run", "<frozen importlib._bootstrap>"),
            (true, Language::Jvm, "com.google.acme.Main.run", "Main.java:1"),
            (false, Language::Jvm, "com.google.cloud.Service.run", "Service.java:1"),
            (false, Language::Jvm, "java.base/java.lang.Thread.run", "Thread.java:1"),
            (true, Language::Jvm, "javaland.Main.run", "Main.java:1"),
            (true, Language::Go, "main.load", "/app/main.go"),
            (true, Language::Go, "github.com/acme/log.Write", "/app/log/log.go"),
            (false, Language::Go, "log.Printf", "/opt/go/1.25.3/x64/src/log/log.go"),
            (false, Language::Go, "net/http.(*conn).serve", "net/http/server.go"),
            (false, Language::Go, "github.com/a/b.C", "github.com/a/b@v1.2.3/b.go"),
            (false, Language::Go, "k8s.io/apimachinery/pkg/util.Run", "/app/util.go"),
            (true, Language::Node, "load", "webpack:///./src/orders.ts"),
            (false, Language::Node, "load", "internal/modules/cjs/loader.js"),
            (false, Language::Ruby, "call", "rack (2.0.3) lib/rack/runtime.rb"),
            (true, Language::Php, "Illuminate\\Fake->x", "/app/Fake.php"),
            (false, Language::Php, "Illuminate\\Kernel->x", ""),
            (true, Language::Dotnet, "Systems.Orders.Load", ""),
            (false, Language::Dotnet, "System.Threading.Thread.Start", ""),
            (false, Language::Rust, "<alloc::boxed::Box<F> as core::ops::FnOnce>::call_once", ""),
            (true, Language::Rust, "shop::load", "./src/main.rs"),
        ] {
            assert_eq!(is_library(language, name, path), !is_own, "{name} {path}");
        }
    }
}
