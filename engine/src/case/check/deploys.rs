//! The fields of deploys that a case names.

use super::Checking;
use crate::diagnostic::{Diagnostic, nearest};
use crate::pack;
use crate::pack::decode::At;

impl Checking<'_> {
    /// Only the fields that the pack lists are looked at.
    pub(super) fn deploys(&mut self) {
        let keys = self.keys;
        let runs = || keys.history.iter().flat_map(|runs| &runs.value).map(|run| &run.value);
        let clusters = runs().flat_map(|run| &run.clusters).flat_map(|clusters| &clusters.value);
        let deploys = runs().map(|run| &run.deploys).chain(clusters.map(|cluster| &cluster.value.deploys));
        for (field, _) in deploys.flatten().flat_map(|deploys| &deploys.value.0) {
            self.deploy_field(field);
        }
        let expected =
            keys.expect.iter().flat_map(|list| &list.value.0).filter_map(|cluster| cluster.value.deploy.as_ref());
        for field in expected.filter_map(|deploy| deploy.value.0.field.as_ref()) {
            self.deploy_field(field);
        }
    }

    fn deploy_field(&mut self, field: &At<String>) {
        let Some(pack) = self.pack else { return };
        let known = pack.deploy_fields();
        if known.contains(&field.value) {
            return;
        }
        let message = format!("`{}` is none of the fields that `deploys` of the pack lists", field.value);
        let help = match (nearest(&field.value, known.iter().map(String::as_str)), known.as_slice()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => "the pack lists none: add `deploys:` to its `gardener.yaml`".to_owned(),
            (None, known) => format!("it lists `{}`", known.join("`, `")),
        };
        self.tell(Diagnostic::new(&pack::codes::BAD_VALUE, field.span, message).label("not listed").help(help));
    }
}
