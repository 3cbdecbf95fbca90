use super::*;

mod attacks;
mod kinds;

pub(super) fn plain() -> Sandbox {
    Sandbox::new(Limits::default(), Vocabulary::default(), |_| {})
}

/// Compiles one script and calls its `f()`. A sandbox that records must come to the same.
pub(super) fn run(text: &str) -> Result<Dynamic, String> {
    let said = |outcome: &Result<Dynamic, String>| match outcome {
        Ok(value) => value.to_string(),
        // Where in its line a script has run out of steps may differ.
        Err(message) if message.contains(" steps") => message.split(['`', ':']).skip(2).collect(),
        Err(message) => message.clone(),
    };
    let plain = run_in(&plain(), text);
    let recording = Sandbox::recording(Limits::default(), Vocabulary::default(), |_| {}, &Recording::Coverage);
    assert_eq!(said(&run_in(&recording, text)), said(&plain), "{text:.200}");
    plain
}

fn run_in(sandbox: &Sandbox, text: &str) -> Result<Dynamic, String> {
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
