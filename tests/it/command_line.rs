//! The program as a process: exit codes, help, signals.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Output, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_weather-app");

const VARIABLES: [&str; 24] = [
    "LISTEN",
    "METRICS_LISTEN",
    "DEFAULT_CITY",
    "PROVIDERS",
    "OPENWEATHERMAP_API_KEY",
    "OPENWEATHERMAP_URL",
    "MET_NORWAY_CONTACT",
    "MET_NORWAY_URL",
    "OPEN_METEO_URL",
    "OPEN_METEO_GEOCODING_URL",
    "OPEN_METEO_API_KEY",
    "FRESH_FOR",
    "STALE_FOR",
    "DATA_DIR",
    "CACHE_SIZE",
    "UPSTREAM_TIMEOUT",
    "INSTANCES",
    "OPENWEATHERMAP_PER_MINUTE",
    "MISSES_PER_MINUTE",
    "TRUSTED_PROXIES",
    "DRAIN_DELAY",
    "DRAIN_TIMEOUT",
    "LOG_FORMAT",
    "LOG",
];

/// The program with these variables and no others.
fn program(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    program(variables).args(arguments).output().unwrap()
}

/// A server with the sample as its provider, and the port from its log on which it listens.
struct Serving {
    child: Child,
    port: u16,
    log: BufReader<std::process::ChildStderr>,
}

impl Serving {
    fn start() -> Self {
        Self::start_with_command(&mut Command::new(PROGRAM))
    }

    /// Starts the program with a command that replaces itself with it.
    fn start_with_command(command: &mut Command) -> Self {
        let variables =
            [("LISTEN", "127.0.0.1:0"), ("PROVIDERS", "sample"), ("DRAIN_DELAY", "0s"), ("LOG_FORMAT", "json")];
        let command = command.env_clear().envs(variables).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let port = line["address"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap();
        Self { child, port, log }
    }

    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        let mut log = String::new();
        self.log.read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

#[test]
fn an_invalid_value_ends_the_program_with_a_sentence_that_names_the_variable() {
    let cases = [
        ("LISTEN", "nowhere"),
        ("LISTEN", "localhost"),
        ("METRICS_LISTEN", "9000"),
        ("PROVIDERS", "openweather"),
        ("PROVIDERS", "sample,,sample"),
        ("OPENWEATHERMAP_URL", "ftp://example.org"),
        ("OPENWEATHERMAP_URL", "example.org"),
        ("MET_NORWAY_CONTACT", "nobody"),
        ("MET_NORWAY_CONTACT", "a@b\u{7f}"),
        ("MET_NORWAY_URL", "//example.org"),
        ("OPEN_METEO_URL", "http://"),
        ("OPEN_METEO_GEOCODING_URL", "http://example.org/?a=b"),
        ("FRESH_FOR", "10"),
        ("FRESH_FOR", "-1s"),
        ("STALE_FOR", "long"),
        // Less than the default of FRESH_FOR.
        ("STALE_FOR", "1m"),
        ("CACHE_SIZE", "64M"),
        ("CACHE_SIZE", "-1MB"),
        ("CACHE_SIZE", "999999"),
        ("CACHE_SIZE", "18446744073709551616"),
        ("CACHE_SIZE", "18014398509481984KiB"),
        ("UPSTREAM_TIMEOUT", "0s"),
        ("UPSTREAM_TIMEOUT", "four"),
        ("INSTANCES", "0"),
        ("OPENWEATHERMAP_PER_MINUTE", "0"),
        ("OPENWEATHERMAP_PER_MINUTE", "1"),
        ("OPENWEATHERMAP_PER_MINUTE", "1.5"),
        ("MISSES_PER_MINUTE", "-1"),
        ("TRUSTED_PROXIES", "one"),
        ("DRAIN_DELAY", "5"),
        ("DRAIN_TIMEOUT", "never"),
        ("LOG_FORMAT", "xml"),
        ("LOG", "loud=very"),
    ];
    for (variable, value) in cases {
        // First as a variable, then as the flag of the same name.
        let flag = format!("--{}={value}", variable.to_lowercase().replace('_', "-"));
        // A command that ends by itself if the value is accepted.
        for output in [run(&[(variable, value)], &["openapi"]), run(&[], &["openapi", &flag])] {
            let sentence = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(64), "{variable}={value}: {sentence}");
            assert_eq!(sentence.lines().count(), 1, "{variable}={value}: {sentence}");
            assert!(
                sentence.starts_with(variable) && sentence.trim_end().ends_with('.'),
                "{variable}={value}: {sentence}"
            );
            assert!(output.stdout.is_empty());
        }
    }
}

#[test]
fn incomplete_settings_end_the_program_too() {
    for (variables, missing) in [
        ([("PROVIDERS", "openweathermap")], "OPENWEATHERMAP_API_KEY"),
        ([("PROVIDERS", "met-norway")], "MET_NORWAY_CONTACT"),
        ([("PROVIDERS", "sample,sample")], "PROVIDERS"),
    ] {
        let output = run(&variables, &[]);
        let sentence = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(64), "{sentence}");
        assert!(sentence.contains(missing) && sentence.lines().count() == 1, "{sentence}");
    }
    for arguments in [&["--nonsense"][..], &["nonsense"], &["--listen"]] {
        let output = run(&[], arguments);
        let sentence = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), sentence.lines().count()), (Some(64), 1), "{arguments:?}: {sentence}");
    }
}

#[test]
fn help_lists_every_variable_and_no_secret() {
    let secrets = [("OPENWEATHERMAP_API_KEY", "hush-1"), ("OPEN_METEO_API_KEY", "hush-2")];
    for help in ["--help", "-h"] {
        let output = run(&secrets, &[help]);
        // Lines are wrapped to the terminal's width.
        let text = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(0));
        for variable in VARIABLES {
            assert!(
                text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == variable),
                "{variable}"
            );
        }
        for default in
            ["0.0.0.0:5000", "London", "https://api.met.no", "10m", "6h", "80MB", "4s", "55", "30", "5s", "20s", "info"]
        {
            assert!(text.contains(&format!("[default: {default}]")), "{default}: {text}");
        }
        for command in ["serve", "openapi", "healthcheck"] {
            assert!(text.contains(command), "{command}");
        }
        assert!(!text.contains("hush"), "{text}");
    }
}

#[test]
fn a_blank_variable_counts_as_unset() {
    let output = run(&[("LISTEN", ""), ("PROVIDERS", " "), ("OPENWEATHERMAP_API_KEY", "")], &["openapi"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn sigterm_sigint_and_sighup_end_the_program_cleanly() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        let (code, log) = Serving::start().end(signal);
        assert_eq!(code, Some(0), "{signal}: {log}");
        assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
    }
}

#[test]
fn with_sighup_ignored_the_program_continues_when_its_terminal_closes() {
    let serving = Serving::start_with_command(Command::new("sh").args(["-c", "trap '' HUP; exec \"$0\"", PROGRAM]));
    let process = serving.child.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &process]).status().unwrap().success());
    let listen = format!("127.0.0.1:{}", serving.port);
    assert_eq!(run(&[("LISTEN", &listen)], &["healthcheck"]).status.code(), Some(0));
    let (code, log) = serving.end("-TERM");
    assert_eq!((code, log.matches("still serving").count()), (Some(0), 1), "{log}");
}

#[test]
fn the_health_check_sets_its_exit_code() {
    let serving = Serving::start();
    let listen = format!("0.0.0.0:{}", serving.port);
    assert_eq!(run(&[("LISTEN", &listen)], &["healthcheck"]).status.code(), Some(0));
    serving.end("-TERM");
    let output = run(&[("LISTEN", &listen)], &["healthcheck"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_address_in_use_is_a_runtime_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    for (variable, other) in [("LISTEN", "METRICS_LISTEN"), ("METRICS_LISTEN", "LISTEN")] {
        let output = run(&[(variable, &listen), (other, "127.0.0.1:0"), ("PROVIDERS", "sample")], &[]);
        assert_eq!(output.status.code(), Some(1), "{variable}");
        let said = String::from_utf8_lossy(&output.stderr);
        let sentence = format!("{variable}: cannot listen on {listen}: ");
        assert!(said.lines().any(|line| line.starts_with(&sentence) && line.ends_with('.')), "{said}");
    }
}
