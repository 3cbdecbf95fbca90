//! Looks at the built-in pack again when a file is added to it or taken away.

fn main() {
    println!("cargo::rerun-if-changed=../rules/default");
}
