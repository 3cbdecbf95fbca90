//! A PostgreSQL server for the tests of one process, from the distribution's package, on loopback. It ends with the process,
//! however that ends.

#![allow(unreachable_pub, reason = "it is a part of several test targets")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The password of its user; no output of the program may ever hold it.
pub const PASSWORD: &str = "s3cret";
/// Makes a server, and waits until nobody needs it any more.
const SCRIPT: &str = r#"
trap '' INT
cd "$1" || exit 1
"$3/initdb" -D data -U gardener --pwfile=password -A scram-sha-256 -E UTF8 --locale=C --no-sync >log 2>&1 || exit 1
if openssl req -new -x509 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -addext basicConstraints=critical,CA:FALSE -keyout data/server.key -out data/server.crt 2>>log; then
    chmod 600 data/server.key
    echo "ssl = on" >>data/postgresql.conf
fi
"$3/pg_ctl" -D data -w -t 120 -l log -o "-F -k $1 -h 127.0.0.1 -p $2" start >>log 2>&1 || exit 1
echo ready
read -r _
"$3/pg_ctl" -D data -m immediate stop >/dev/null 2>&1
cd / && rm -rf "$1"
"#;

pub struct Server {
    /// Its standard input is what it waits on; it ends when this process does.
    _keeper: Child,
    folder: PathBuf,
    tools: PathBuf,
    port: u16,
    databases: AtomicU32,
}

/// The server; nothing where there is none to be had, which is said where it is seen. Where one must be had, that is a
/// failure.
#[allow(clippy::disallowed_methods, reason = "whether a server must be had is said in the environment")]
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        let started = start();
        if let Err(why) = &started {
            assert!(std::env::var_os("GARDENER_TESTS_REQUIRE_POSTGRES").is_none(), "no PostgreSQL server: {why}");
            // Past the capture of the test's output.
            let told = format!("SKIPPED: what needs a PostgreSQL server is not tested: {why}\n");
            let _ = std::io::stderr().write_all(told.as_bytes());
        }
        started.ok()
    });
    server.as_ref()
}

impl Server {
    /// The certificate of its TLS, of the host `localhost`, where it could be made.
    #[allow(dead_code, reason = "each test target uses a part of it")]
    pub fn certificate(&self) -> Option<PathBuf> {
        Some(self.folder.join("data/server.crt")).filter(|path| path.is_file())
    }

    /// The URL of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("logs{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let made = Command::new(self.tools.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "gardener", &name])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://gardener:{PASSWORD}@127.0.0.1:{port}/{name}")
    }
}

fn start() -> Result<Server, String> {
    let tools = tools().ok_or("no `initdb` below /usr/lib/postgresql or in PATH")?;
    let folder = tempfile::Builder::new().prefix("gardener-pg").tempdir().map_err(|error| error.to_string())?;
    fs::write(folder.path().join("password"), PASSWORD).map_err(|error| error.to_string())?;
    let mut command = as_user(folder.path())?;
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(|error| error.to_string())?;
    command.args(["sh", "-c", SCRIPT, "sh"]).arg(folder.path()).arg(port.port().to_string()).arg(&tools);
    let mut keeper = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut line = String::new();
    let output = keeper.stdout.take().ok_or("no output")?;
    BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
    if line.trim() != "ready" {
        return Err(fs::read_to_string(folder.path().join("log")).unwrap_or_else(|_| "it does not start".to_owned()));
    }
    // From here on it is the script's to take away.
    let folder = folder.keep();
    Ok(Server { _keeper: keeper, folder, tools, port: port.port(), databases: AtomicU32::new(0) })
}

/// Where the server's programs are.
#[allow(clippy::disallowed_methods, reason = "programs are looked for where PATH says")]
fn tools() -> Option<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut packaged: Vec<PathBuf> = packaged.map(|version| version.join("bin")).collect();
    packaged.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    packaged.into_iter().rev().chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}

/// Begins a command that runs as somebody who owns a folder, for the server refuses to run as root.
#[cfg(unix)]
fn as_user(folder: &Path) -> Result<Command, String> {
    use std::os::unix::fs::{MetadataExt, chown};
    let owner = fs::metadata(folder).map_err(|error| error.to_string())?.uid();
    if owner != 0 {
        return Ok(Command::new("env"));
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    let user = ["postgres", "nobody"].into_iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(str::parse::<u32>);
        Some((ids.next()?.ok()?, ids.next()?.ok()?))
    });
    let (user, group) = user.ok_or("this is root, and there is no other user to run it as")?;
    for path in [folder, &folder.join("password")] {
        chown(path, Some(user), Some(group)).map_err(|error| error.to_string())?;
    }
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
    Ok(command)
}

#[cfg(not(unix))]
fn as_user(_: &Path) -> Result<Command, String> {
    Err("only on Unix".to_owned())
}
