use super::*;

mod attacks;
mod kinds;

pub(super) fn plain() -> Sandbox {
    Sandbox::new(Limits::default(), Vocabulary::default(), |_| {})
}

/// Compiles one script and calls its `f()`.
pub(super) fn run(text: &str) -> Result<Dynamic, String> {
    let sandbox = plain();
    let source = ScriptSource { name: "policy/a.rhai", text, is_inline: false };
    let (policy, problems) = sandbox.compile(&[source]);
    if let Some((_, problem)) = problems.first() {
        return Err(format!("{}: {} at `{}`", problem.code.id, problem.message, &text[problem.range.clone()]));
    }
    let function = policy.function("f", 0).ok_or("no function f")?;
    sandbox.call(&policy, &function, Vec::new()).map_err(|failure| {
        let line = place::line_of(text, failure.range.start);
        format!("line {line} `{}`: {}", &text[failure.range.clone()], failure.message)
    })
}
