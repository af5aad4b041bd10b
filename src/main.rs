//! The command line.

use std::process::ExitCode;

use weather_app::{
    config::{CliExit, Command, CommandLine, EXIT_USAGE},
    program::{self, ProgramError},
    telemetry,
};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line answers on its terminal")]
fn main() -> ExitCode {
    let line = match CommandLine::parse_all() {
        Ok(line) => line,
        Err(CliExit::Help(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(CliExit::Usage(sentence)) => {
            eprintln!("{sentence}");
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let settings = line.settings;
    let done = match line.command.unwrap_or_default() {
        Command::Openapi => program::openapi().map(|document| print!("{document}")),
        Command::Healthcheck if program::is_healthy(settings.listen) => Ok(()),
        Command::Healthcheck => {
            Err(ProgramError::Runtime(format!("No healthy server listens on {}.", settings.listen)))
        }
        Command::Serve => {
            telemetry::install(&settings).map_err(ProgramError::Usage).and_then(|()| program::serve(&settings))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(ProgramError::Usage(sentence)) => {
            eprintln!("{sentence}");
            ExitCode::from(EXIT_USAGE)
        }
        Err(ProgramError::Runtime(sentence)) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
