import type { PythonProject } from '../../manifest/project.ts'

/** The module that programs import to ask for their lazy slots; it lies in site-packages where the package has any. */
export const SLOTS_MODULE = 'flavor_slots'

export function hasLazySlots({ slots }: Pick<PythonProject, 'slots'>): boolean {
  return slots.some(({ lifecycle }) => lifecycle === 'lazy')
}

/**
 * Spec §8.4: asks the package for a slot. The launcher says which path it is, and is asked once in each process: it checks what is there,
 * which a look at the path would not.
 */
export function slotsModule(): string {
  return `"""Lazy slots of the package that this program runs from."""
import os
import subprocess

__all__ = ["materialise"]
_paths = {}


def materialise(slot):
    """Unpacks the lazy slot of this id where it is not there yet, and returns its path.

    LookupError: this program does not run from a package with lazy slots. OSError: the package cannot be started, because it was moved or
    removed. RuntimeError: what its launcher says.
    """
    if slot not in _paths:
        _paths[slot] = _ask(slot)
    return _paths[slot]


def _ask(slot):
    package = os.environ.get("FLAVOR_PACKAGE_FILE")
    if not package:
        raise LookupError("slot %s: FLAVOR_PACKAGE_FILE is not set, expected a package with lazy slots" % slot)
    try:
        done = subprocess.run(
            [package, "materialise", slot],
            env=dict(os.environ, FLAVOR_LAUNCHER_CLI="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        message = "slot %s: its package cannot be started, was it moved or removed? (%s)" % (slot, error.strerror)
        raise type(error)(error.errno, message, package) from None
    if done.returncode != 0:
        raise RuntimeError("slot %s: %s" % (slot, done.stderr.decode(errors="replace").strip()))
    return os.fsdecode(done.stdout[:-1])
`
}
