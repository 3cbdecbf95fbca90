//! The files that a pack begins with: rules that work, what editors need, a pipeline.

use gardener_engine::draft::{yaml_text, yaml_word};
use serde_json::{Value, json};

use crate::pack_files::MANIFEST;
use crate::schema_files::schema_files;

/// What is to be begun.
#[derive(Debug)]
pub(crate) struct Starter<'s> {
    /// The name of the pack.
    pub(crate) name: &'s str,
    pub(crate) service: Option<&'s str>,
    pub(crate) project: Option<&'s str>,
    pub(crate) repository: Option<&'s str>,
    /// The directory of the pack as seen from the folder that editors open and pipelines begin in; empty if it is that.
    pub(crate) folder: &'s str,
}

/// A file, by its path.
pub(crate) type File = (String, String);

/// The commands that a pipeline runs, without the pack.
const COMMANDS: [&str; 2] = ["check --deny-warnings", "test"];

/// The editor's extensions for YAML with schemas, and for Rhai.
const EXTENSIONS: [&str; 2] = ["redhat.vscode-yaml", "rhaiscript.vscode-rhai"];

impl Starter<'_> {
    /// The files of the pack, by their paths in it.
    pub(crate) fn pack(&self) -> Vec<File> {
        let mut files = vec![
            (MANIFEST.to_owned(), self.manifest()),
            ("clusters/example.yaml".to_owned(), include_str!("starter/example.yaml").to_owned()),
            ("policy/team.rhai".to_owned(), include_str!("starter/team.rhai").to_owned()),
            ("tests/example.yaml".to_owned(), include_str!("starter/example-case.yaml").to_owned()),
            ("tests/captures/example.jsonl".to_owned(), include_str!("starter/example.jsonl").to_owned()),
        ];
        let schemas = schema_files().into_iter().filter(|file| file.is_in_pack);
        files.extend(schemas.map(|file| (format!("schema/{}", file.file), file.text)));
        files
    }

    /// What Git needs to know, by paths in the pack.
    pub(crate) fn git(&self) -> Vec<File> {
        let ignored = "# Snapshots that wait for a review, and the history of runs.\n*.snap.new\n.gardener/\n";
        let attributes = "# Generated: gardener schema --out schema\nschema/* linguist-generated\n\
                          # Compared and read byte for byte.\n*.snap text eol=lf\ntests/captures/*.jsonl text eol=lf\n";
        vec![(".gitignore".to_owned(), ignored.to_owned()), (".gitattributes".to_owned(), attributes.to_owned())]
    }

    /// The settings of the editor, by paths in the folder that it opens.
    pub(crate) fn editor(&self) -> Vec<File> {
        let here =
            |path: &str| if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) };
        let yaml = schema_files().into_iter().filter(|file| file.file.ends_with(".json"));
        let schemas: serde_json::Map<String, Value> = yaml
            .map(|file| {
                (format!("./{}", here(&format!("schema/{}", file.file))), json!([format!("/{}", here(file.place))]))
            })
            .collect();
        let settings = json!({ "yaml.schemas": schemas });
        let extensions = json!({ "recommendations": EXTENSIONS });
        let mut files = vec![
            (".vscode/settings.json".to_owned(), format!("{settings:#}\n")),
            (".vscode/extensions.json".to_owned(), format!("{extensions:#}\n")),
        ];
        let own = schema_files().into_iter().filter(|file| !file.is_in_pack);
        files.extend(own.map(|file| (format!(".vscode/{}", file.file), file.text)));
        files
    }

    /// The pipeline of GitHub Actions.
    pub(crate) fn github(&self) -> File {
        let steps: Vec<String> =
            self.commands(" --format github").map(|command| format!("      - run: {}", yaml_text(&command))).collect();
        let text = include_str!("starter/github.yaml");
        (format!(".github/workflows/gardener-{}.yml", self.slug()), self.filled(text, "**", &steps.join("\n")))
    }

    /// The pipeline of GitLab, and the file that includes it.
    pub(crate) fn gitlab(&self) -> [File; 2] {
        let steps: Vec<String> = self.commands("").map(|command| format!("    - {}", yaml_text(&command))).collect();
        let path = format!(".gitlab/gardener-{}.yml", self.slug());
        let including = format!("include:\n  - local: {path}\n");
        let text = self.filled(include_str!("starter/gitlab.yaml"), "**/*", &steps.join("\n"));
        [(path, text), (".gitlab-ci.yml".to_owned(), including)]
    }

    /// The commands with this pack; `check` takes the format that its surroundings show best.
    fn commands(&self, format: &str) -> impl Iterator<Item = String> {
        let rules = match self.folder {
            "" => String::new(),
            folder => format!(" --rules {}", shell_word(folder)),
        };
        COMMANDS.into_iter().map(move |command| {
            let format = if command.starts_with("check") { format } else { "" };
            format!("gardener {command}{rules}{format}")
        })
    }

    fn filled(&self, text: &str, below: &str, steps: &str) -> String {
        let paths: Vec<String> = match self.folder {
            "" => [MANIFEST.to_owned()]
                .into_iter()
                .chain(["clusters", "policy", "templates", "tests"].map(|part| format!("{part}/{below}")))
                .collect(),
            folder => vec![format!("{folder}/{below}")],
        };
        text.replace("@paths@", &json!(paths).to_string())
            .replace("@workflow@", &yaml_text(&format!("rules of {}", self.name)))
            .replace("@job@", &yaml_word(&format!("gardener-{}", self.slug())))
            .replace("@version@", env!("CARGO_PKG_VERSION"))
            .replace("@source@", env!("CARGO_PKG_REPOSITORY"))
            .replace("@name@", self.name)
            .replace("@steps@", steps)
    }

    fn manifest(&self) -> String {
        let setting = |key: &str, value: Option<&str>, example: &str, remark: &str| match value {
            Some(value) => format!("{key}: {} # {remark}\n", yaml_text(value)),
            None => format!("# {key}: {example} # {remark}\n"),
        };
        let mut settings = setting("service", self.service, "checkout", "what the worklog says at its top");
        settings.push_str(&setting("project", self.project, "my-project", "the Google Cloud project"));
        let comment = if self.repository.is_some() { "" } else { "# " };
        let repository = self.repository.unwrap_or("my-org/checkout");
        settings.push_str(&format!(
            "{comment}issue:\n{comment}  repository: {}\n{comment}  file_from: P3 # less urgent clusters get no issue",
            yaml_text(repository)
        ));
        include_str!("starter/gardener.yaml").replace("@settings@", &settings).replace("@name@", &yaml_text(self.name))
    }

    /// The name as a part of file names.
    fn slug(&self) -> String {
        slug(self.name)
    }
}

/// A name in small letters, digits and hyphens; `rules` where nothing is left of it.
pub(crate) fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "rules".to_owned() } else { parts.join("-") }
}

/// A word of a shell's command line.
fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_written_so_that_they_are_read_as_such() {
        let starter = Starter {
            name: "Müller & Söhne: pay",
            service: Some("yes"),
            project: None,
            repository: Some("my-org/pay"),
            folder: "rules/it's here",
        };
        assert_eq!(starter.slug(), "m-ller-s-hne-pay");
        let manifest = starter.manifest();
        assert!(
            manifest.contains("\nname: 'Müller & Söhne: pay' #") && manifest.contains("\nservice: 'yes' #"),
            "{manifest}"
        );
        let (path, text) = starter.github();
        assert_eq!(path, ".github/workflows/gardener-m-ller-s-hne-pay.yml");
        assert!(text.contains(r"--rules 'rules/it'\''s here' --format github"), "{text}");
        assert!(!text.contains('@') || text.contains("actions/checkout@v5"), "{text}");
        assert_eq!(slug("///"), "rules");
    }
}
