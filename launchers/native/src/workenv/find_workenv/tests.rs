use super::*;
use crate::workenv::base_directory::{BaseState, inspect_base};
use crate::workenv::ladder::cache_rungs;
use crate::workenv::seal::format_seal;
use crate::workenv::test_package::{TestPlan, fresh_base, machine, packed, prepare, sharing_plan};
use crate::workenv::workenv_plan::plan_workenv;

fn finding(change: impl Fn(&mut Seal)) -> Finding {
    let (pkg, base) = (packed(&TestPlan { derived: vec![("cfg", "{workenv}")], ..sharing_plan() }), fresh_base());
    let key = prepare(&pkg, &base).workenv.key;
    let path = base.join("envs").join(format!("{key}.seal"));
    let mut seal = parse_seal(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut seal);
    std::fs::write(&path, format_seal(&seal)).unwrap();
    let machine = machine(&base, &[]);
    let plan = plan_workenv(&pkg, machine.platform).unwrap();
    let Some(BaseState::Usable(base)) = cache_rungs(&machine).next().map(|rung| inspect_base(&rung, &machine)) else {
        panic!("the base is usable")
    };
    let site = site_of(base, &pkg, &plan);
    find_workenv(&site, &pkg, &plan, ValidationLevel::Standard, machine.platform)
}

#[test]
fn s7_1_points_1_to_5_each_have_their_consequence() {
    let suspicion = |change: fn(&mut Seal)| match finding(change) {
        Finding::Suspect(_, suspicion) => suspicion.name(),
        Finding::Unsound(_) => "unsound",
        Finding::Ready(_) => "ready",
        Finding::Absent => "absent",
    };
    assert_eq!(suspicion(|_| {}), "ready");
    assert_eq!(suspicion(|seal| seal.content = "0".repeat(64)), "unsound");
    assert_eq!(suspicion(|seal| seal.place = None), "unsound");
    assert_eq!(suspicion(|seal| seal.attempt = 2), "unsound");
    assert_eq!(suspicion(|seal| seal.slots.truncate(1)), "unsound");
    assert_eq!(suspicion(|seal| seal.slots[0].tree = "0".repeat(64)), "unsound");
    assert_eq!(suspicion(|seal| seal.executable = None), "executable");
    assert_eq!(suspicion(|seal| seal.executable.as_mut().unwrap().size += 1), "executable");
    assert_eq!(suspicion(|seal| seal.slots[1].shared = Some(1)), "shared");
    if cfg!(target_os = "linux") {
        assert_eq!(suspicion(|seal| seal.boot = None), "boot");
        assert_eq!(suspicion(|seal| seal.boot = Some("a-forged-b007".replace(|c: char| c > 'f', "0"))), "boot");
    }
}
