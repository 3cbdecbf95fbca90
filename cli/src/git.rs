//! The `git` program, which is asked what a repository held at a revision. Nothing is checked out or written.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::error::{Exit, Failure};

/// Bytes of what git says of an error that are passed on.
const WORDS: usize = 300;
/// Names of branches and tags that are looked through for one that may be meant.
const REFERENCES: &str = "2000";

/// Variables by which git is told of another repository than the one around a directory; hooks set them.
const ELSEWHERE: [&str; 5] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// The repository around a directory.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    folder: PathBuf,
    prefix: String,
}

/// What stands at a path of a revision.
#[derive(Debug)]
pub(crate) enum Object {
    /// A file: its bytes, as many as were asked for at most.
    File(Vec<u8>),
    /// A directory, by its hash.
    Directory(String),
}

/// Something in a directory of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    /// Its path in the tree.
    pub(crate) path: String,
    /// Whether it is a directory.
    pub(crate) is_directory: bool,
}

impl Repository {
    /// The repository around a directory; nothing where there is none.
    pub(crate) fn around(folder: &Path) -> Result<Option<Self>, Failure> {
        let mut repository = Self { folder: folder.to_owned(), prefix: String::new() };
        match repository.ask(["rev-parse", "--show-prefix"])? {
            Ok(prefix) => {
                repository.prefix = prefix.trim_end_matches(['\n', '\r']).trim_end_matches('/').to_owned();
                Ok(Some(repository))
            }
            Err(words) if words.contains("not a git repository") => Ok(None),
            Err(words) => Err(refused(&words)),
        }
    }

    /// The path of the directory in the repository, its parts joined by `/`; empty at its top.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The hash of the commit that a revision means; nothing where it means none.
    pub(crate) fn commit(&self, revision: &str) -> Result<Option<String>, Failure> {
        // What begins so would be an option; no name of a revision does.
        if revision.is_empty() || revision.starts_with('-') {
            return Ok(None);
        }
        let asked = format!("{revision}^{{commit}}");
        Ok(self.ask(["rev-parse", "--verify", "--quiet", &asked])?.ok().map(|hash| hash.trim().to_owned()))
    }

    /// What stands directly in these directories of a tree, each ending in `/`; in the tree itself where there is none.
    pub(crate) fn names(&self, tree: &str, folders: &[String]) -> Result<Vec<TreeEntry>, String> {
        let options = ["ls-tree", "-z", "--full-tree", tree, "--"].map(str::to_owned);
        let listed = self.ask(options.iter().chain(folders)).map_err(|failure| failure.message)??;
        let entry = |line: &str| {
            let (head, path) = line.split_once('\t')?;
            Some(TreeEntry { is_directory: head.split(' ').nth(1) == Some("tree"), path: path.to_owned() })
        };
        listed
            .split_terminator('\0')
            .map(|line| entry(line).ok_or_else(|| "git lists a tree in an unknown way".to_owned()))
            .collect()
    }

    /// The hash of what an expression such as `COMMIT:PATH` means.
    pub(crate) fn hash(&self, expression: &str) -> Result<String, String> {
        let found = self.ask(["rev-parse", "--verify", "--quiet", expression]).map_err(|failure| failure.message)?;
        found.map(|hash| hash.trim().to_owned()).map_err(|_| "it is not in the repository".to_owned())
    }

    /// A hash as people write it.
    pub(crate) fn short(&self, commit: &str) -> Result<String, Failure> {
        let short = self.ask(["rev-parse", "--short", commit])?;
        Ok(short.map_or_else(|_| commit.chars().take(10).collect(), |short| short.trim().to_owned()))
    }

    /// Whether only the latest commits are here.
    pub(crate) fn is_shallow(&self) -> bool {
        matches!(self.ask(["rev-parse", "--is-shallow-repository"]), Ok(Ok(answer)) if answer.trim() == "true")
    }

    /// Names of branches and tags.
    pub(crate) fn references(&self) -> Vec<String> {
        let count = format!("--count={REFERENCES}");
        let places = ["refs/heads", "refs/remotes", "refs/tags"];
        let asked = ["for-each-ref", "--format=%(refname:short)", &count].into_iter().chain(places);
        let names = self.ask(asked).ok().and_then(Result::ok).unwrap_or_default();
        names.lines().map(str::to_owned).collect()
    }

    /// Whether there is a file at a path of a commit.
    pub(crate) fn has(&self, commit: &str, path: &str) -> bool {
        let asked = format!("{commit}:{path}");
        matches!(self.ask(["rev-parse", "--verify", "--quiet", &asked]), Ok(Ok(_)))
    }

    /// The files and links at these paths of a tree, and below them. Links are not followed.
    pub(crate) fn tree(&self, tree: &str, paths: &[&str]) -> Result<Vec<String>, String> {
        let options = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", tree, "--"];
        let listed = self.ask(options.iter().chain(paths)).map_err(|failure| failure.message)??;
        Ok(listed.split_terminator('\0').map(str::to_owned).collect())
    }

    /// A reader of files.
    pub(crate) fn objects(&self) -> Result<Objects, String> {
        let mut command = self.command(["cat-file", "--batch", "--follow-symlinks"]);
        let mut child =
            command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(|error| unstarted(&error).message)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answer)) => Ok(Objects { child, ask, answer: BufReader::new(answer) }),
            _ => Err("git cannot be talked to".to_owned()),
        }
    }

    fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(arguments);
        for variable in ELSEWHERE {
            command.env_remove(variable);
        }
        // Errors are recognised by their words.
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// What git answers, or the words with which it refuses.
    fn ask<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Result<String, String>, Failure> {
        let output = self.command(arguments).output().map_err(|error| unstarted(&error))?;
        if !output.status.success() {
            return Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok(String::from_utf8(output.stdout).map_err(|_| "a path in the repository is not UTF-8".to_owned()))
    }
}

fn unstarted(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::new(Exit::Unreadable, "the program `git` is not there, and only it can read a revision")
            .help("install git, or name a directory with the other pack: --base DIR");
    }
    Failure::new(Exit::Unreadable, format!("the program `git` cannot be started: {error}"))
}

/// That git refuses, in its own words.
fn refused(words: &str) -> Failure {
    let words: String = words.trim().chars().take(WORDS).collect();
    Failure::new(Exit::Unreadable, format!("git cannot read the repository: {words}"))
}

/// A running `git cat-file`, asked for one file after the other.
#[derive(Debug)]
pub(crate) struct Objects {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Objects {
    /// What stands at a path of a tree, links being followed inside of it; of a file, `longest` bytes at most.
    pub(crate) fn at(&mut self, tree: &str, path: &str, longest: u64) -> Result<Object, String> {
        if path.contains('\n') {
            return Err("its name has a line break".to_owned());
        }
        let wrong = |error: io::Error| format!("git does not answer: {error}");
        writeln!(self.ask, "{tree}:{path}").and_then(|()| self.ask.flush()).map_err(wrong)?;
        let mut line = String::new();
        self.answer.read_line(&mut line).map_err(wrong)?;
        let words: Vec<&str> = line.trim_end().rsplitn(3, ' ').collect();
        let (size, kind, hash) = match words.as_slice() {
            [size, kind, hash] => (size.parse::<u64>().ok(), *kind, *hash),
            [size, kind] => (size.parse::<u64>().ok(), *kind, ""),
            _ => (None, "", ""),
        };
        let Some(size) = size else { return Err("it is not in the repository".to_owned()) };
        let mut bytes = Vec::new();
        (&mut self.answer).take(size.min(longest)).read_to_end(&mut bytes).map_err(wrong)?;
        let left = size.saturating_sub(longest) + 1;
        io::copy(&mut (&mut self.answer).take(left), &mut io::sink()).map_err(wrong)?;
        match kind {
            "blob" => Ok(Object::File(bytes)),
            "tree" => Ok(Object::Directory(hash.to_owned())),
            "symlink" => Err("it is a link that leads out of the pack; only what lies in the pack is read".to_owned()),
            "dangling" => Err("it is a link to something that is not there".to_owned()),
            "loop" => Err("it is a link that leads in a circle".to_owned()),
            other => Err(format!("it is neither a file nor a directory but a `{other}`")),
        }
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It only reads; whether it has ended by itself does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
