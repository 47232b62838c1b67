//! A program as a child. Not by `std::process`, which names the program after its file (argv[0]) and closes what C libraries hand down.

use super::exec::Image;
use super::signals;
use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr::null;
use windows_sys::Win32::Foundation::{
    HANDLE, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE, SetHandleInformation, WAIT_FAILED,
};
use windows_sys::Win32::System::Console::{GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK, JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject,
};
use windows_sys::Win32::System::Threading::{
    CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT, CreateProcessW, GetExitCodeProcess, GetStartupInfoW, INFINITE,
    PROCESS_INFORMATION, ResumeThread, STARTF_USESTDHANDLES, STARTUPINFOW, TerminateProcess, WaitForSingleObject,
};

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All 32 bits.
    Exit(i32),
    /// Nothing ends so here.
    Signal(i32),
}

/// Failures show at the end of what a program says.
const KEPT_OUTPUT: usize = 64 * 1024;

/// A process that cannot outlive this one.
struct Child {
    process: OwnedHandle,
    /// Closed by the system, whatever ends this process, and with it the child is ended.
    _job: Option<OwnedHandle>,
}

/// Starts a program with our handles, leaves console events to it, and waits until it has ended.
pub fn run_program(program: &OsStr, argv: &[OsString], environment: &[(OsString, OsString)]) -> io::Result<End> {
    let mut image = Image::new(program, argv, environment)?;
    signals::leave_to_program();
    // SAFETY: GetStdHandle takes integers and fails for a number that it does not know.
    let standard = [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE].map(|which| unsafe { GetStdHandle(which) });
    let mut info = STARTUPINFOW::default();
    // What C libraries hand down to their like (descriptors above 2) lies in it, and how the first window is to be shown.
    // SAFETY: the structure is ours; what it then points to lives as long as this process.
    unsafe { GetStartupInfoW(&raw mut info) };
    let child = start(&mut image, info, standard)?;
    signals::wait_at_the_end_for(child.process.as_raw_handle());
    let end = wait(&child)?;
    // The handler of console events may look at it still.
    std::mem::forget(child);
    Ok(end)
}

/// Runs a program with nothing on stdin. `errors`: what it writes to stderr too is taken; otherwise that is ours.
/// How it ended, and what it wrote; the last 64 KiB, where that is more
pub fn run_captured(
    program: &OsStr,
    argv: &[OsString],
    environment: &[(OsString, OsString)],
    errors: bool,
) -> io::Result<(End, Vec<u8>)> {
    let mut image = Image::new(program, argv, environment)?;
    let nothing = OpenOptions::new().read(true).open("NUL")?;
    let (mut reader, writer) = io::pipe()?;
    let output = writer.as_raw_handle();
    let child = start(
        &mut image,
        STARTUPINFOW::default(),
        [nothing.as_raw_handle(), output, if errors { output } else { io::stderr().as_raw_handle() }],
    )?;
    drop(writer);
    let output = read_end(&mut reader);
    Ok((wait(&child)?, output?))
}

fn read_end(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    let mut part = [0; 8192];
    loop {
        match reader.read(&mut part) {
            Ok(0) => return Ok(output),
            Ok(count) => output.extend_from_slice(part.get(..count).unwrap_or_default()),
            Err(error) => return Err(error),
        }
        if output.len() > 2 * KEPT_OUTPUT {
            output.drain(..output.len() - KEPT_OUTPUT);
        }
    }
}

/// It runs only when it belongs to the job: a launcher that is killed between would leave it behind.
fn start(image: &mut Image, mut info: STARTUPINFOW, standard: [HANDLE; 3]) -> io::Result<Child> {
    info.cb = size_of::<STARTUPINFOW>() as u32;
    info.dwFlags |= STARTF_USESTDHANDLES;
    [info.hStdInput, info.hStdOutput, info.hStdError] = standard;
    for handle in standard.into_iter().filter(|handle| !handle.is_null() && *handle != INVALID_HANDLE_VALUE) {
        // SAFETY: a handle of ours; one of a console that cannot be marked is inherited anyway.
        unsafe { SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) };
    }
    let flags = CREATE_UNICODE_ENVIRONMENT | CREATE_SUSPENDED;
    let mut made = PROCESS_INFORMATION::default();
    // SAFETY: the three texts end with NUL, the block of variables with two; the line is ours to change; both structures are ours.
    let done = unsafe {
        CreateProcessW(
            image.program.as_ptr(),
            image.line.as_mut_ptr(),
            null(),
            null(),
            1,
            flags,
            image.environment.as_ptr().cast(),
            null(),
            &raw const info,
            &raw mut made,
        )
    };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: CreateProcessW made both handles, for us alone.
    let (process, thread) =
        unsafe { (OwnedHandle::from_raw_handle(made.hProcess), OwnedHandle::from_raw_handle(made.hThread)) };
    let job = job_of(&process);
    // SAFETY: the thread of the process that was just made.
    if unsafe { ResumeThread(thread.as_raw_handle()) } == u32::MAX {
        let error = io::Error::last_os_error();
        // SAFETY: a process that has not run a line.
        unsafe { TerminateProcess(process.as_raw_handle(), 1) };
        return Err(error);
    }
    Ok(Child { process, _job: job })
}

/// What the program starts is not in the job: a server that it leaves in the background is not ended, as on Unix. `None` where the
/// launcher is itself in a job of a kind that has no other within.
fn job_of(process: &OwnedHandle) -> Option<OwnedHandle> {
    // SAFETY: no attributes and no name; a null handle is a failure.
    let made = unsafe { CreateJobObjectW(null(), null()) };
    if made.is_null() {
        return None;
    }
    // SAFETY: the handle was just made, for us alone.
    let job = unsafe { OwnedHandle::from_raw_handle(made) };
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    // SAFETY: the structure is of the kind and length that are said.
    let is_limited = unsafe {
        SetInformationJobObject(
            job.as_raw_handle(),
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>() as u32,
        )
    };
    // SAFETY: both handles are ours and open.
    let is_member =
        is_limited != 0 && unsafe { AssignProcessToJobObject(job.as_raw_handle(), process.as_raw_handle()) } != 0;
    is_member.then_some(job)
}

fn wait(child: &Child) -> io::Result<End> {
    let process = child.process.as_raw_handle();
    let mut status = 0;
    // SAFETY: the handle is open, and the number is ours.
    let done = unsafe {
        WaitForSingleObject(process, INFINITE) != WAIT_FAILED && GetExitCodeProcess(process, &raw mut status) != 0
    };
    if done { Ok(End::Exit(status.cast_signed())) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::Foundation::ERROR_BAD_EXE_FORMAT;

    fn captured(script: &str, environment: &[(&str, &str)]) -> (End, String) {
        let shell = std::env::var_os("COMSPEC").unwrap();
        let argv = ["cmd", "/c", script].map(OsString::from);
        let root = std::env::var("SYSTEMROOT").unwrap_or_default();
        let needed = [("SYSTEMROOT", root.as_str())];
        let all = environment.iter().chain(&needed);
        let environment: Vec<_> = all.map(|(a, b)| (OsString::from(a), OsString::from(b))).collect();
        let (end, output) = run_captured(&shell, &argv, &environment, true).unwrap();
        (end, String::from_utf8_lossy(&output).replace("\r\n", "\n"))
    }

    #[test]
    fn status_output_of_both_and_an_empty_stdin() {
        let (end, output) = captured("echo out %A%& echo err>&2& exit 7", &[("A", "x")]);
        assert_eq!((end, output.as_str()), (End::Exit(7), "out x\nerr\n"));
    }

    #[test]
    fn all_bits_of_an_exit_status() {
        assert_eq!(captured("exit -1073741819", &[]).0, End::Exit(0xc000_0005_u32.cast_signed()));
    }

    #[test]
    fn why_a_program_did_not_start() {
        let path = std::env::temp_dir().join(format!("flavor-no-program-{}.exe", std::process::id()));
        std::fs::write(&path, "text").unwrap();
        let error = run_captured(path.as_os_str(), &[], &[], true).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(error.raw_os_error(), Some(ERROR_BAD_EXE_FORMAT.cast_signed()));
        let error = run_captured(path.as_os_str(), &[], &[], true).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
