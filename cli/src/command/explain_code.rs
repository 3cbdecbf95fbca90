//! `gardener explain-code`: what a diagnostic's code means.

use gardener_engine::diagnostic::nearest;
use gardener_engine::diagnostic_codes;

use crate::args::ExplainCode;
use crate::context::Context;
use crate::error::{Exit, Failure};

pub(super) fn run(context: &Context, arguments: &ExplainCode) -> Result<Exit, Failure> {
    let codes = diagnostic_codes();
    let Some(wanted) = &arguments.code else {
        let width = codes.iter().map(|code| code.id.len()).max().unwrap_or(0);
        let lines: String = codes.iter().map(|code| format!("{:width$}  {}\n", code.id, code.summary)).collect();
        super::print(context, &lines)?;
        return Ok(Exit::Done);
    };
    let Some(code) = codes.iter().find(|code| code.id.eq_ignore_ascii_case(wanted.trim())) else {
        let help = nearest(wanted, codes.iter().map(|code| code.id)).map_or_else(
            || "`gardener explain-code` lists them all".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::new(Exit::Usage, format!("`{wanted}` is no code of a diagnostic")).help(help));
    };
    super::print(context, &format!("{}: {}\n\n{}\n", code.id, code.summary, code.explanation.trim()))?;
    Ok(Exit::Done)
}
