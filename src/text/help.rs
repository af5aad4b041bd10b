//! The texts of `/:help` and `/:bash.function`.

const HELP: &str = include_str!("help.txt");

const BASH_FUNCTION: &str = include_str!("bash.function.txt");

/// The placeholder in both for the address to which the request was sent.
const HOST: &str = "HOST";

/// The help, with the address to which the request was sent.
#[must_use]
pub fn help(host: &str) -> String {
    HELP.replace(HOST, &checked(host))
}

/// A shell function that passes on the width of the terminal and whether it wants colours.
#[must_use]
pub fn bash_function(host: &str) -> String {
    BASH_FUNCTION.replace(HOST, &checked(host))
}

/// The host if it consists of a name and a port only, so that a shell cannot interpret anything in it; else a default.
fn checked(host: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
    if !host.is_empty() && host.chars().all(is_plain) { host.to_owned() } else { "localhost:5000".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_the_address_of_the_request() {
        assert!(help("weather.example:5000").contains("curl weather.example:5000/London"));
        assert!(!bash_function("weather.example").contains(HOST));
    }

    #[test]
    fn no_host_header_becomes_a_shell_command() {
        for evil in ["x; rm -rf ~", "$(id)", "a\u{1b}[2J", "", "`id`"] {
            assert!(bash_function(evil).contains("localhost:5000"), "{evil}");
        }
    }
}
