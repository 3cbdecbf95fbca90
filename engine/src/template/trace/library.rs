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

/// What stands in the paths of libraries, in any language.
const PATHS: &[&str] = &[
    // Python: packages, the standard library, frozen and generated code.
    "/site-packages/",
    "/dist-packages/",
    "/lib/python",
    "/lib64/python",
    "\\lib\\site-packages\\",
    "/runtimes/python",
    "python27_lib/",
    "<frozen ",
    "<string>",
    "<__array_function__",
    // Node: packages, its own code, and content delivery networks.
    "node_modules/",
    "node_modules\\",
    "node:",
    "/.yarn/",
    ".pnp.",
    "//unpkg.com/",
    "//cdnjs.cloudflare.com/",
    "//cdn.jsdelivr.net/",
    "//esm.run/",
    // Go: the standard library, the cache of modules; `@v1.2.3` is what `-trimpath` leaves.
    "/usr/local/go/src/",
    "/usr/lib/go",
    "/libexec/src/",
    "/pkg/mod/",
    "@v",
    // Ruby: gems, the standard library.
    "/gems/",
    "/lib/ruby/",
    "/bundler/",
    "<internal:",
    // PHP: what Composer has not put under `vendor`.
    "[internal function]",
    "phar://",
    "/usr/share/php/",
    // Rust: the compiler's libraries, what Cargo has fetched.
    "/rustc/",
    "/library/std/",
    "/library/core/",
    "/library/alloc/",
    "src/libstd/",
    "src/libcore/",
    "cargo/registry/",
    "cargo/git/",
    // Several: packages that are part of the source tree, Dart.
    "/third_party/",
    ".pub-cache/",
    "dart:",
];

/// Beginnings of paths of libraries.
const ROOTS: &[&str] = &["internal/", "vendor/", "go/src/", "package:flutter/"];

/// First names of packages and namespaces of the Java platform, its languages, and what applications are built with.
const JVM: &[&str] = &[
    "java",
    "javax",
    "jdk",
    "sun",
    "com.sun",
    "jakarta",
    "kotlin",
    "kotlinx",
    "scala",
    "groovy",
    "clojure",
    "android",
    "androidx",
    "dalvik",
    "akka",
    "cats",
    "zio",
    "play",
    "reactor",
    "rx",
    "feign",
    "retrofit2",
    "okhttp3",
    "okio",
    "oauth",
    "freemarker",
    "javassist",
    "liquibase",
    "oracle",
    "worker.org.gradle",
    "org.apache",
    "org.springframework",
    "org.hibernate",
    "org.eclipse",
    "org.jboss",
    "org.wildfly",
    "org.glassfish",
    "org.mortbay",
    "org.postgresql",
    "org.junit",
    "org.slf4j",
    "org.aspectj",
    "org.mockito",
    "org.jetbrains",
    "org.codehaus",
    "org.xnio",
    "org.gradle",
    "org.bouncycastle",
    "org.redisson",
    "org.quartz",
    "org.flywaydb",
    "org.jooq",
    "org.mongodb",
    "org.elasticsearch",
    "org.opensearch",
    "org.thymeleaf",
    "org.keycloak",
    "org.mariadb",
    "org.h2",
    "org.yaml",
    "org.json",
    "org.jdesktop",
    "org.web3j",
    "org.http4s",
    "org.codehaus.groovy",
    "com.fasterxml",
    "com.zaxxer",
    "com.mysql",
    "com.mongodb",
    "com.microsoft",
    "com.amazonaws",
    "com.android",
    "com.google.cloud",
    "com.google.api",
    "com.google.common",
    "com.google.inject",
    "com.google.protobuf",
    "com.google.gson",
    "com.google.apphosting",
    "com.netflix",
    "com.squareup",
    "com.ibm",
    "com.datastax",
    "com.rabbitmq",
    "com.hazelcast",
    "com.typesafe",
    "com.newrelic",
    "software.amazon",
    "io.grpc",
    "io.netty",
    "io.micrometer",
    "io.micronaut",
    "io.quarkus",
    "io.vertx",
    "io.reactivex",
    "io.opentelemetry",
    "io.sentry",
    "io.ktor",
    "io.undertow",
    "io.lettuce",
    "io.kubernetes",
    "io.jsonwebtoken",
    "io.smallrye",
    "io.r2dbc",
    "redis.clients",
    "ch.qos",
    "net.bytebuddy",
    "net.sf",
    "net.sourceforge",
];

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

/// First names of namespaces of .NET and what applications are built with.
const DOTNET: &[&str] = &[
    "System",
    "Microsoft",
    "Interop",
    "Internal",
    "Mono",
    "MS",
    "lambda_method",
    "Newtonsoft",
    "Npgsql",
    "MySql",
    "MySqlConnector",
    "MongoDB",
    "StackExchange",
    "Grpc",
    "Google",
    "Serilog",
    "NLog",
    "Polly",
    "AutoMapper",
    "MediatR",
    "Dapper",
    "Castle",
    "Autofac",
    "Azure",
    "Amazon",
    "RabbitMQ",
    "Hangfire",
    "MassTransit",
];

/// First namespaces of PHP's frameworks, for where a frame has no file.
const PHP: &[&str] = &[
    "Illuminate",
    "Laravel",
    "Symfony",
    "Doctrine",
    "GuzzleHttp",
    "Monolog",
    "Composer",
    "PHPUnit",
    "Twig",
    "Slim",
    "Laminas",
    "Zend",
    "Cake",
    "Psr",
];

/// First segments of the packages of Go's standard library (<https://pkg.go.dev/std>), and hosts of modules that are
/// libraries.
const GO: &[&str] = &[
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
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
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
    "appengine_internal",
    "google.golang.org",
    "golang.org",
    "k8s.io",
    "sigs.k8s.io",
    "go.uber.org",
    "gopkg.in",
    "go.opentelemetry.io",
];

/// Crates of Rust's own libraries and of what programs are built with, for where a frame has no file.
const RUST: &[&str] = &[
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "backtrace",
    "rust_begin_unwind",
    "rust_panic",
    "__rust_begin_short_backtrace",
    "_start",
    "__libc_start_main",
    "clone",
    "start_thread",
    "anyhow",
    "eyre",
    "color_eyre",
    "tokio",
    "tokio_core",
    "tokio_threadpool",
    "mio",
    "actix",
    "futures",
    "futures_util",
    "futures_core",
    "futures_executor",
    "hyper",
    "hyper_util",
    "axum",
    "tower",
    "tower_http",
    "tonic",
    "actix_web",
    "actix_rt",
    "rocket",
    "warp",
    "rayon_core",
    "tracing",
];

/// Functions of Ruby that start programs.
const RUBY: &[&str] = &["bin/rails", "bin/bundle", "bin/puma", "bin/sidekiq", "bin/rake", "bin/rspec"];

/// Whether a frame belongs to no application.
pub(super) fn is_library(language: Language, name: &str, path: &str) -> bool {
    let is_there = PATHS.iter().any(|part| match *part {
        "@v" => path.split("@v").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit())),
        part => path.contains(part),
    });
    if is_there || ROOTS.iter().any(|root| path.starts_with(root)) || path.contains("/vendor/") {
        return true;
    }
    match language {
        Language::Jvm => {
            MADE.iter().any(|part| name.contains(part)) || begins(JVM, name.rsplit('/').next().unwrap_or(name), '.')
        }
        Language::Dotnet => begins(DOTNET, name, '.'),
        Language::Php => path.is_empty() && begins(PHP, name, '\\'),
        Language::Go => GO.contains(&name.split(['/', '.']).next().unwrap_or(name)) || begins(GO, name, '/'),
        Language::Rust => {
            let crates = name.trim_start_matches(['<', '&']);
            path.starts_with("library/")
                || matches!(name, "main" | "_main")
                || path.is_empty() && begins(RUST, crates, ':')
        }
        Language::Node => is_of_node(path),
        // Rails writes `rack (2.0.3) lib/rack/runtime.rb`.
        Language::Ruby => {
            path.contains(") ") || path.starts_with("(eval") || RUBY.iter().any(|program| path.ends_with(program))
        }
        Language::Python => false,
    }
}

/// Whether the first segments of a name are one of `list`.
fn begins(list: &[&str], name: &str, separator: char) -> bool {
    list.iter().any(|first| name.strip_prefix(first).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator)))
}

/// Code that is Node's own had bare names before `node:`: `module.js`, `_http_server.js`. A path of an application is whole.
fn is_of_node(path: &str) -> bool {
    const OWN: &[&str] = &[
        "module.js",
        "events.js",
        "net.js",
        "timers.js",
        "util.js",
        "fs.js",
        "stream.js",
        "_http_server.js",
        "_http_client.js",
        "_stream_readable.js",
        "_tls_wrap.js",
        "bootstrap_node.js",
    ];
    path.is_empty()
        || path == "native"
        || path.starts_with('<')
        || path.starts_with("eval at")
        || path == "unknown location"
        || OWN.contains(&path)
}
