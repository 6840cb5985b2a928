//! `specc man`: the manual page, from the same definition that parses the arguments.

use std::process::ExitCode;

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man as Page;

use super::common::{self, Failure};

/// Print the manual page (roff): `specc man | man -l -`
#[derive(Debug, Args)]
pub struct Man {}

impl Man {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let command = super::Arguments::command();
        let mut page = Vec::new();
        Page::new(command.clone()).render(&mut page)?;
        for subcommand in command.get_subcommands() {
            subcommand_section(subcommand, &mut page)?;
        }
        common::print(&String::from_utf8_lossy(&page))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A subcommand as a section of the one page.
fn subcommand_section(command: &Command, page: &mut Vec<u8>) -> Result<(), Failure> {
    page.extend_from_slice(format!(".SH \"SPECC {}\"\n", command.get_name().to_uppercase()).as_bytes());
    let part = Page::new(command.clone());
    part.render_description_section(page)?;
    part.render_synopsis_section(page)?;
    part.render_options_section(page)?;
    Ok(())
}
