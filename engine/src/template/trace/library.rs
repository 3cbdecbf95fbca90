//! Which frames are the application's: everything is that is not known to belong to a language, a framework or a package.
//!
//! The kinds of places are those of the rules by which Sentry tells frames apart
//! (<https://github.com/getsentry/sentry/tree/master/src/sentry/grouping/enhancer/enhancement-configs>, and its clients: for Go
//! <https://github.com/getsentry/sentry-go/blob/master/stacktrace.go>); Google's Error Reporting leaves out "stack frames which
//! are not owned by the user" too (<https://cloud.google.com/error-reporting/docs/grouping-errors>). Where packages lie is what the
//! languages' own manuals say: <https://docs.python.org/3/library/site.html>, <https://nodejs.org/api/modules.html>,
//! <https://go.dev/ref/mod#module-cache>, <https://guides.rubygems.org/>, <https://getcomposer.org/doc/>,
//! <https://doc.rust-lang.org/cargo/guide/cargo-home.html>.

use super::frame::Language;
use super::lines;

/// What tells frames of libraries in one language.
struct Library {
    /// What stands in their paths.
    parts: &'static [&'static str],
    /// What their paths begin with.
    roots: &'static [&'static str],
    /// First names of packages, namespaces, modules or crates, sorted.
    names: &'static [&'static str],
    /// What stands between such names.
    separator: char,
    /// Whether names count only where a frame has no path.
    is_path_enough: bool,
}

/// What stands in the paths of libraries in any language: packages that are part of the source tree.
const PARTS: &[&str] = &["/vendor/", "/third_party/"];

/// Packages, the standard library of any installation, frozen and generated code.
const PYTHON: Library = Library {
    parts: &[
        "site-packages",
        "dist-packages",
        "/lib/python",
        "/lib64/python",
        "/runtimes/python",
        "python27_lib/",
        "\\Lib\\",
        "\\lib\\",
    ],
    roots: &["<"],
    names: &[],
    separator: '.',
    is_path_enough: true,
};

/// Packages, Node's own code, content delivery networks; of Dart the same.
const NODE: Library = Library {
    parts: &[
        "node_modules/",
        "node_modules\\",
        "/.yarn/",
        ".pnp.",
        "//unpkg.com/",
        "//cdnjs.cloudflare.com/",
        "//cdn.jsdelivr.net/",
        "//esm.run/",
        ".pub-cache/",
    ],
    // Code that is Node's own had bare names before `node:`.
    roots: &[
        "node:",
        "internal/",
        "native",
        "<",
        "eval at",
        "unknown location",
        "dart:",
        "package:flutter/",
        "module.js",
        "events.js",
        "net.js",
        "timers.js",
        "util.js",
        "fs.js",
        "stream.js",
        "_http_",
        "_stream_",
        "_tls_wrap.js",
        "bootstrap_node.js",
    ],
    names: &[],
    separator: '.',
    is_path_enough: true,
};

/// The standard library, by its packages (<https://pkg.go.dev/std>) and where it lies; the cache of modules, and hosts of modules that
/// are libraries.
const GO: Library = Library {
    parts: &["/usr/local/go/src/", "/usr/lib/go", "/libexec/src/", "/pkg/mod/"],
    roots: &["go/src/", "vendor/"],
    names: &[
        "appengine_internal",
        "archive",
        "bufio",
        "builtin",
        "bytes",
        "cmp",
        "compress",
        "container",
        "context",
        "crypto",
        "database",
        "debug",
        "embed",
        "encoding",
        "errors",
        "expvar",
        "flag",
        "fmt",
        "go.opentelemetry.io",
        "go.uber.org",
        "golang.org",
        "google.golang.org",
        "gopkg.in",
        "hash",
        "html",
        "image",
        "index",
        "internal",
        "io",
        "iter",
        "k8s.io",
        "log",
        "maps",
        "math",
        "mime",
        "net",
        "os",
        "path",
        "plugin",
        "reflect",
        "regexp",
        "runtime",
        "sigs.k8s.io",
        "slices",
        "sort",
        "strconv",
        "strings",
        "sync",
        "syscall",
        "testing",
        "text",
        "time",
        "unicode",
        "unique",
        "unsafe",
        "vendor",
    ],
    separator: '/',
    is_path_enough: false,
};

/// Gems, the standard library, programs that start others.
const RUBY: Library = Library {
    // Rails writes `rack (2.0.3) lib/rack/runtime.rb`.
    parts: &[
        "/gems/",
        "/lib/ruby/",
        "/bundler/",
        ") lib/",
        ") app/",
        "bin/rails",
        "bin/bundle",
        "bin/puma",
        "bin/sidekiq",
        "bin/rake",
        "bin/rspec",
    ],
    roots: &["<internal:", "(eval", "vendor/"],
    names: &[],
    separator: ':',
    is_path_enough: true,
};

/// What is PHP's own, and frameworks, for where a frame has no file.
const PHP: Library = Library {
    parts: &["[internal function]", "/usr/share/php/"],
    roots: &["phar://", "vendor/"],
    names: &[
        "Cake",
        "Composer",
        "Doctrine",
        "GuzzleHttp",
        "Illuminate",
        "Laminas",
        "Laravel",
        "Monolog",
        "PHPUnit",
        "Psr",
        "Slim",
        "Symfony",
        "Twig",
        "Zend",
    ],
    separator: '\\',
    is_path_enough: true,
};

/// The compiler's libraries, what Cargo has fetched, and crates of both, for where a frame has no file.
const RUST: Library = Library {
    parts: &[
        "/rustc",
        "/library/std/",
        "/library/core/",
        "/library/alloc/",
        "src/libstd/",
        "src/libcore/",
        "cargo/registry/",
        "cargo/git/",
    ],
    roots: &["library/"],
    names: &[
        "__libc_start_main",
        "__rust_begin_short_backtrace",
        "_start",
        "actix",
        "actix_rt",
        "actix_web",
        "alloc",
        "anyhow",
        "axum",
        "backtrace",
        "clone",
        "color_eyre",
        "core",
        "eyre",
        "futures",
        "futures_core",
        "futures_executor",
        "futures_util",
        "hyper",
        "hyper_util",
        "mio",
        "proc_macro",
        "rayon_core",
        "rocket",
        "rust_begin_unwind",
        "rust_panic",
        "start_thread",
        "std",
        "test",
        "tokio",
        "tokio_core",
        "tokio_threadpool",
        "tonic",
        "tower",
        "tower_http",
        "tracing",
        "warp",
    ],
    separator: ':',
    is_path_enough: true,
};

/// Packages of the Java platform, of its languages, and of what applications are built with.
const JVM: Library = Library {
    parts: &[],
    roots: &[],
    names: &[
        "akka",
        "android",
        "androidx",
        "cats",
        "ch.qos",
        "clojure",
        "com.amazonaws",
        "com.android",
        "com.datastax",
        "com.fasterxml",
        "com.google.api",
        "com.google.apphosting",
        "com.google.cloud",
        "com.google.common",
        "com.google.gson",
        "com.google.inject",
        "com.google.protobuf",
        "com.hazelcast",
        "com.ibm",
        "com.microsoft",
        "com.mongodb",
        "com.mysql",
        "com.netflix",
        "com.newrelic",
        "com.rabbitmq",
        "com.squareup",
        "com.sun",
        "com.typesafe",
        "com.zaxxer",
        "dalvik",
        "feign",
        "freemarker",
        "groovy",
        "io.grpc",
        "io.jsonwebtoken",
        "io.ktor",
        "io.kubernetes",
        "io.lettuce",
        "io.micrometer",
        "io.micronaut",
        "io.netty",
        "io.opentelemetry",
        "io.quarkus",
        "io.r2dbc",
        "io.reactivex",
        "io.sentry",
        "io.smallrye",
        "io.undertow",
        "io.vertx",
        "jakarta",
        "java",
        "javassist",
        "javax",
        "jdk",
        "kotlin",
        "kotlinx",
        "liquibase",
        "net.bytebuddy",
        "net.sf",
        "net.sourceforge",
        "oauth",
        "okhttp3",
        "okio",
        "oracle",
        "org.apache",
        "org.aspectj",
        "org.bouncycastle",
        "org.codehaus",
        "org.eclipse",
        "org.elasticsearch",
        "org.flywaydb",
        "org.glassfish",
        "org.gradle",
        "org.h2",
        "org.hibernate",
        "org.http4s",
        "org.jboss",
        "org.jdesktop",
        "org.jetbrains",
        "org.jooq",
        "org.json",
        "org.junit",
        "org.keycloak",
        "org.mariadb",
        "org.mockito",
        "org.mongodb",
        "org.mortbay",
        "org.opensearch",
        "org.postgresql",
        "org.quartz",
        "org.redisson",
        "org.slf4j",
        "org.springframework",
        "org.thymeleaf",
        "org.web3j",
        "org.wildfly",
        "org.xnio",
        "org.yaml",
        "play",
        "reactor",
        "redis.clients",
        "retrofit2",
        "rx",
        "scala",
        "software.amazon",
        "sun",
        "worker.org.gradle",
        "zio",
    ],
    separator: '.',
    is_path_enough: false,
};

/// Namespaces of .NET and of what applications are built with.
const DOTNET: Library = Library {
    parts: &[],
    roots: &[],
    names: &[
        "Amazon",
        "AutoMapper",
        "Autofac",
        "Azure",
        "Castle",
        "Dapper",
        "Google",
        "Grpc",
        "Hangfire",
        "Internal",
        "Interop",
        "MS",
        "MassTransit",
        "MediatR",
        "Microsoft",
        "MongoDB",
        "Mono",
        "MySql",
        "MySqlConnector",
        "NLog",
        "Newtonsoft",
        "Npgsql",
        "Polly",
        "RabbitMQ",
        "Serilog",
        "StackExchange",
        "System",
        "lambda_method",
    ],
    separator: '.',
    is_path_enough: false,
};

/// What stands in the names of classes and methods that compilers and frameworks of the Java platform have made.
const MADE: &[&str] = &[
    "$$Lambda",
    "$$EnhancerBy",
    "$$FastClassBy",
    "$$SpringCGLIB",
    "$Proxy",
    "GeneratedMethodAccessor",
    "GeneratedConstructorAccessor",
    "$$Nest$",
    "access$",
];

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
            (false, Language::Go, "k8s.io/apimachinery/pkg/util.Run", "/work/util.go"),
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
