//! One version of Rust: `rust-toolchain.toml` sets it, and the other files agree.

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("{after}")).0
}

#[test]
fn the_image_and_the_manifest_use_the_toolchain() {
    let toolchain = file("rust-toolchain.toml");
    let channel = between(&toolchain, "channel = \"", "\"");
    let (minor, _) = channel.rsplit_once('.').unwrap();
    assert_eq!(between(&file("Dockerfile"), "FROM rust:", "-"), minor);
    assert_eq!(between(&file("Cargo.toml"), "rust-version = \"", "\""), minor);
}
