//! `rootfs/`: every file that is installed, at its path on the host.

use camino::Utf8PathBuf;
use include_dir::{Dir, include_dir};

use super::artifact::Artifact;
use super::escape;
use super::origin::origin;
use super::rotation::push_block;
use super::site::push_site;
use super::unit_file::push_unit;
use crate::plan::{FileContent, InstalledFile, Setting, TmpfilesEntry};
use crate::spec::Spec;

/// Programs that units run, complete but for their constants.
static PROGRAMS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/programs");

/// The artifact of an installed file.
#[must_use]
pub fn render(spec: &Spec, file: &InstalledFile) -> Artifact {
    let executable = file.mode.bits() & 0o111 != 0;
    let path = Utf8PathBuf::from(format!("rootfs{}", file.path));
    let mut artifact = Artifact::new(path, if executable { 0o755 } else { 0o644 });
    match &file.content {
        FileContent::Unit(unit) => {
            push_head(&mut artifact, file);
            push_unit(&mut artifact, spec, unit);
        }
        FileContent::SshdSettings(settings) | FileContent::AuditRules(settings) => {
            push_head(&mut artifact, file);
            settings.iter().for_each(|setting| push_setting(&mut artifact, spec, setting, " ", ""));
        }
        FileContent::AptSettings(settings) => {
            push_head(&mut artifact, file);
            settings.iter().for_each(|setting| push_setting(&mut artifact, spec, setting, " \"", "\";"));
        }
        FileContent::JailSettings { jail, settings } => {
            push_head(&mut artifact, file);
            artifact.push_for(format!("\n[{jail}]\n"), file.provenance.clone());
            settings.iter().for_each(|setting| push_setting(&mut artifact, spec, setting, " = ", ""));
        }
        FileContent::Tmpfiles(entries) => {
            push_head(&mut artifact, file);
            entries.iter().for_each(|entry| push_directory(&mut artifact, spec, entry));
        }
        FileContent::Rotation(blocks) => {
            push_head(&mut artifact, file);
            blocks.iter().for_each(|block| push_block(&mut artifact, spec, block));
        }
        FileContent::Site(directives) => {
            push_head(&mut artifact, file);
            push_site(&mut artifact, spec, directives, 0);
        }
        FileContent::Program { template, constants } => push_program(&mut artifact, file, template, constants),
    }
    artifact
}

fn head(file: &InstalledFile) -> String {
    format!(
        "# {}: {}\n# Compiled from DEPLOYMENT-SPEC.md. Change the specification, not this file.\n",
        file.path.file_name(),
        escape::comment(&file.purpose)
    )
}

fn push_head(artifact: &mut Artifact, file: &InstalledFile) {
    artifact.push_for(head(file), file.provenance.clone());
}

/// A setting with its comment; `between` and `after` are what the file's language puts around values.
fn push_setting(artifact: &mut Artifact, spec: &Spec, setting: &Setting, between: &str, after: &str) {
    let text = format!(
        "\n# {}  {}\n{}{between}{}{after}\n",
        origin(spec, &setting.provenance),
        escape::comment(&setting.comment),
        setting.name,
        escape::comment(&setting.value)
    );
    artifact.push_for(text, setting.provenance.clone());
}

/// tmpfiles.d(5): type, path, mode, user, group, age. Paths may hold specifiers and spaces, so they are quoted.
fn push_directory(artifact: &mut Artifact, spec: &Spec, entry: &TmpfilesEntry) {
    let text = format!(
        "\n# {}  {}\nd {} {} {} {} -\n",
        origin(spec, &entry.provenance),
        escape::comment(&entry.comment),
        escape::systemd_word(entry.path.as_str(), false),
        entry.mode,
        entry.owner.user,
        entry.owner.group
    );
    artifact.push_for(text, entry.provenance.clone());
}

fn push_program(artifact: &mut Artifact, file: &InstalledFile, template: &str, constants: &[(&str, String)]) {
    let body = PROGRAMS.get_file(template).and_then(|file| file.contents_utf8()).unwrap_or_default();
    let (shebang, rest) = body.split_once('\n').unwrap_or((body, ""));
    let constants: String =
        constants.iter().map(|(name, value)| format!("readonly {name}={}\n", escape::shell(value))).collect();
    artifact.push_for(format!("{shebang}\n{}", head(file)), file.provenance.clone());
    artifact.push_for(format!("{constants}{rest}"), file.provenance.clone());
}
