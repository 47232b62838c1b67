//! Spec §8.1: whether a package fits this machine.

use super::libc::{MachineLibc, machine_libcs};
use crate::error::{Code, Error, Result};
use crate::format::metadata::{Metadata, PackagePlatform};
use crate::format::platform::{Arch, LibcKind, Os, Platform};
use std::path::Path;

/// What packages run on: this machine. Fails with PLATFORM_WRONG where no package can.
pub fn this_platform() -> Result<Platform> {
    if let Some(platform) = Platform::current() {
        return Ok(platform);
    }
    let got = [std::env::consts::OS, " ", std::env::consts::ARCH].concat();
    Err(Error::new(Code::PlatformWrong, ["packages do not run on ", &got, " (spec §8.1)"].concat()).with("got", got))
}

/// Says plainly that a package does not fit the machine, before a loader says it in its own words. The C libraries are looked for
/// only where it matters. Fails with PLATFORM_WRONG, LIBC_TOO_OLD.
pub fn check_platform(metadata: &Metadata, machine: Platform) -> Result<()> {
    let platforms = metadata.platforms.as_deref().unwrap_or_default();
    let needs_libc = platforms.iter().any(|platform| platform.libc.is_some());
    let libcs = match machine.os {
        Os::Linux if needs_libc => machine_libcs(machine.arch, Path::new("/")),
        _ => Vec::new(),
    };
    check_fit(&metadata.package.name, platforms, machine, &libcs)
}

fn check_fit(name: &str, platforms: &[PackagePlatform], machine: Platform, libcs: &[MachineLibc]) -> Result<()> {
    if platforms.is_empty() {
        return Ok(());
    }
    let same = || platforms.iter().filter(|platform| platform.os == machine.os && platform.arch == machine.arch);
    if same().next().is_none() {
        let got = words(machine.os, machine.arch);
        let want = alternatives(platforms.iter().map(|platform| words(platform.os, platform.arch)));
        let message = [name, " runs on ", &want, ", and this is ", &got, " (spec §8.1)"].concat();
        let hint = "get the package for this platform";
        return Err(Error::new(Code::PlatformWrong, message).with("got", got).with("want", want).hint(hint));
    }
    if same().any(|platform| has_libc(platform, libcs)) {
        return Ok(());
    }
    let want = alternatives(same().filter_map(|platform| Some(libc_words(platform.libc?, platform.libc_version))));
    let got = match libcs {
        [] => "neither glibc nor musl".to_owned(),
        some => some.iter().map(|libc| libc_words(libc.kind, libc.version)).collect::<Vec<_>>().join(" and "),
    };
    let message = [name, " needs ", &want, " or newer, and this system has ", &got, " (spec §8.1)"].concat();
    let hint = "run it on a newer system, or pack it on one as old as this";
    Err(Error::new(Code::LibcTooOld, message).with("got", got).with("want", want).hint(hint))
}

fn has_libc(platform: &PackagePlatform, libcs: &[MachineLibc]) -> bool {
    let Some(kind) = platform.libc else { return true };
    let is_new = |libc: &MachineLibc| match (libc.version, platform.libc_version) {
        (Some(have), Some(need)) => have >= need,
        _ => true,
    };
    libcs.iter().any(|libc| libc.kind == kind && is_new(libc))
}

fn alternatives(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(" or ")
}

fn words(os: Os, arch: Arch) -> String {
    [os.name(), " ", arch.name()].concat()
}

fn libc_words(kind: LibcKind, version: Option<(u32, u32)>) -> String {
    let name = kind.name();
    match version {
        Some((major, minor)) => [name, " ", &major.to_string(), ".", &minor.to_string()].concat(),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: Platform = Platform { os: Os::Linux, arch: Arch::Amd64 };

    fn package(arch: Arch, libc: Option<LibcKind>, libc_version: Option<(u32, u32)>) -> PackagePlatform {
        PackagePlatform { os: Os::Linux, arch, libc, libc_version }
    }

    fn glibc(minor: u32) -> MachineLibc {
        MachineLibc { kind: LibcKind::Glibc, version: Some((2, minor)) }
    }

    fn fault(platforms: &[PackagePlatform], libcs: &[MachineLibc]) -> Option<(Code, String)> {
        check_fit("app", platforms, MACHINE, libcs).err().map(|error| (error.code(), error.message().to_owned()))
    }

    #[test]
    fn another_processor_is_told_by_name() {
        let (code, message) = fault(&[package(Arch::Arm64, None, None)], &[]).unwrap();
        assert_eq!(code, Code::PlatformWrong);
        assert_eq!(message, "app runs on linux arm64, and this is linux amd64 (spec §8.1)");
    }

    #[test]
    fn any_platform_and_any_of_several() {
        assert_eq!(fault(&[], &[]), None);
        assert_eq!(fault(&[package(Arch::Arm64, None, None), package(Arch::Amd64, None, None)], &[]), None);
    }

    #[test]
    fn an_older_c_library_and_another_one() {
        let needs = [package(Arch::Amd64, Some(LibcKind::Glibc), Some((2, 9)))];
        assert_eq!(fault(&needs, &[glibc(36)]), None);
        let (code, message) = fault(&needs, &[glibc(8)]).unwrap();
        assert_eq!(code, Code::LibcTooOld);
        assert_eq!(message, "app needs glibc 2.9 or newer, and this system has glibc 2.8 (spec §8.1)");
        let musl = MachineLibc { kind: LibcKind::Musl, version: None };
        assert_eq!(fault(&needs, std::slice::from_ref(&musl)).unwrap().0, Code::LibcTooOld);
        assert_eq!(fault(&[package(Arch::Amd64, Some(LibcKind::Musl), None)], &[glibc(36), musl]), None);
        assert!(fault(&needs, &[]).unwrap().1.contains("neither glibc nor musl"));
    }

    #[test]
    fn a_version_that_nobody_knows_is_believed() {
        let unknown = MachineLibc { kind: LibcKind::Glibc, version: None };
        assert_eq!(fault(&[package(Arch::Amd64, Some(LibcKind::Glibc), Some((2, 99)))], &[unknown]), None);
    }
}
