//! The built program, as a process of its own.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

/// A distinctive key, so that it is found wherever it should not be.
pub const KEY: &str = "b01dfaced00c0ffee5ecret5ecret000";

/// A running program. It is killed when this is dropped.
pub struct ProgramProcess {
    child: Child,
    pub address: String,
    /// The address of its metrics, if it serves any.
    pub metrics_address: Option<String>,
    log: Arc<Mutex<String>>,
}

impl ProgramProcess {
    /// Starts it on a free port with these settings and nothing else in its environment.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let mut child = command(settings).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let log = Arc::new(Mutex::new(String::new()));
        let mut metrics_address = None;
        let address = loop {
            let line = lines.next().expect("it says where it listens before it ends");
            add(&log, &line);
            let fields: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            let address = || fields["address"].as_str().unwrap().to_owned();
            if fields["message"] == "serving metrics" {
                metrics_address = Some(address());
            }
            if fields["message"] == "serving" {
                break address();
            }
        };
        let rest = Arc::clone(&log);
        thread::spawn(move || lines.for_each(|line| add(&rest, &line)));
        Self { child, address, metrics_address, log }
    }

    pub fn url(&self, path_and_query: &str) -> String {
        format!("http://{}{path_and_query}", self.address)
    }

    pub fn metrics_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.metrics_address.as_ref().expect("it serves metrics"))
    }

    /// The memory that it has allocated and uses at the moment, in bytes: resident, and not of a file.
    pub fn allocated(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Sends it SIGTERM.
    pub fn terminate(&self) {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
    }

    /// Everything that it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for ProgramProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn add(log: &Mutex<String>, line: &str) {
    let mut log = log.lock().unwrap();
    log.push_str(line);
    log.push('\n');
}

/// The program with these settings, logging every line.
fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weather-app"));
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null());
    command.envs([("LISTEN", "127.0.0.1:0"), ("LOG_FORMAT", "json"), ("LOG", "trace"), ("MISSES_PER_MINUTE", "0")]);
    command.envs(settings.iter().copied());
    command
}
