//! The fields whose values stand for deploys.

use super::Checking;
use crate::entry::{Field, FieldPath, Root};
use crate::pack::codes;
use crate::pack::raw::Manifest;

/// Fields that a pack may name: each of them is read in every entry.
pub const DEPLOY_FIELDS: usize = 4;

impl Checking<'_> {
    /// The fields that stand for deploys.
    pub(super) fn deploys(&mut self, manifest: &Manifest) -> Vec<FieldPath> {
        let mut found: Vec<FieldPath> = Vec::new();
        for text in manifest.deploys.iter().flat_map(|paths| &paths.value.0) {
            let Some(path) = self.path(text, &[]) else { continue };
            if let Some(why) = no_deploy(path.root()) {
                let help = "name a field that has one value for each deploy, such as `resource.labels.revision_name`";
                let message = format!("`{}` does not stand for a deploy: {why}", text.value);
                self.tell(&codes::BAD_PATH, text.span, message, Some(help.to_owned()));
            } else if found.contains(&path) {
                let message = format!("`{}` is listed twice", text.value);
                self.tell(&codes::BAD_VALUE, text.span, message, Some("take one of them out".to_owned()));
            } else if found.len() == DEPLOY_FIELDS {
                let message = format!("`deploys` lists more than {DEPLOY_FIELDS} fields");
                let help = "keep those whose values people know deploys by".to_owned();
                self.tell(&codes::BAD_VALUE, text.span, message, Some(help));
                break;
            } else {
                found.push(path);
            }
        }
        found
    }
}

/// Why the values below a root are no deploys.
fn no_deploy(root: Root) -> Option<&'static str> {
    match root {
        Root::Message => Some("messages tell of trouble, not of what wrote them"),
        Root::Field(Field::Severity | Field::Timestamp | Field::ReceiveTimestamp | Field::InsertId) => {
            Some("it differs from entry to entry")
        }
        Root::Field(_) => None,
    }
}
