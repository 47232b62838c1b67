//! workenv §1.3: a umask that takes bits of the owner would leave directories that their maker cannot use.

#[cfg(unix)]
use rustix::{fs::Mode, process::umask};

/// Until this is dropped, the umask takes nothing from the owner. It belongs to the whole process; what a program gets is set back before.
pub struct OwnerMask {
    #[cfg(unix)]
    before: Mode,
}

impl OwnerMask {
    pub fn lift() -> OwnerMask {
        #[cfg(unix)]
        {
            let before = umask(Mode::RWXG | Mode::RWXO);
            if before != Mode::RWXG | Mode::RWXO {
                umask(before & !Mode::RWXU);
            }
            OwnerMask { before }
        }
        #[cfg(windows)]
        OwnerMask {}
    }
}

impl Drop for OwnerMask {
    fn drop(&mut self) {
        #[cfg(unix)]
        if self.before.intersects(Mode::RWXU) {
            umask(self.before);
        }
    }
}
