//! Work beside the program: a launcher waits for it anyway.

/// Does `work` in a thread, which ends with the launcher and never keeps it. False where that cannot be.
pub fn in_background<W: FnOnce() + Send + 'static>(work: W) -> bool {
    std::thread::Builder::new().spawn(work).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_is_done() {
        let (sender, receiver) = std::sync::mpsc::channel();
        assert!(in_background(move || drop(sender.send(7))));
        assert_eq!(receiver.recv(), Ok(7));
    }
}
