use super::find_workenv::Site;
use super::rung_failure::Outcome;
use super::write_file::ensure_directory;

/// workenv §6.1: the directories that everything is made in.
pub fn make_cache_directories(site: &Site) -> Outcome<()> {
    for directory in [site.layout.envs(), site.layout.slots(), site.layout.staging()] {
        ensure_directory(&directory, site.base.directory_mode)?;
    }
    Ok(())
}
