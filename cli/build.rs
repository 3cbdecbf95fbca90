//! Looks at the built-in pack again when a file is added to it or taken away.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo::rerun-if-changed=../rules/default");
}
