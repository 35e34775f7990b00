//! Wishes for machines with software on them.

use super::*;
use crate::act::wish;
use crate::environments::SETUPS;
use crate::intent::Environment;
use crate::spec::MachineSpec;
use crate::understand::understand;

fn with(environments: &[Environment]) -> Slots {
    Slots {
        environment: Some(OneOrMany(environments.into())),
        ..machine_slots()
    }
}

#[test]
fn several_are_quoted_each_once_and_in_one_order() {
    let wish = [Environment::Rust, Environment::Docker, Environment::Rust];
    let decision = say(Intent::CreateVm, with(&wish), &world());
    let Some(Reply::Quoted { quote, .. }) = &decision.reply else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(
        quote.spec.environments,
        [Environment::Docker, Environment::Rust]
    );
}

#[test]
fn what_cannot_be_set_up_is_refused_and_the_rest_goes_on() {
    for refused in [
        Environment::Jenkins,
        Environment::Kubernetes,
        Environment::Mysql,
    ] {
        let decision = say(
            Intent::CreateVm,
            with(&[refused, Environment::Go]),
            &world(),
        );
        assert_eq!(
            decision.reply,
            Some(Reply::Unsupported {
                what: Unsupported::Environment(refused)
            })
        );
        let open = decision.conversation.and_then(|kept| kept.open);
        let left = open.and_then(|task| task.slots.environment);
        assert_eq!(left, Some(Environment::Go.into()));
    }
    let decision = say(Intent::CreateVm, with(&[Environment::Mysql]), &world());
    let open = decision.conversation.and_then(|kept| kept.open);
    assert_eq!(open.expect("it goes on").slots.environment, None);
}

#[test]
fn the_words_that_ask_for_the_same_again_name_all_software() {
    let all: Vec<Environment> = SETUPS.iter().map(|setup| setup.environment).collect();
    let wishes = all.iter().map(|one| vec![*one]).chain([
        vec![Environment::Docker, Environment::Node],
        vec![Environment::Node, Environment::Go, Environment::Lamp],
        all.clone(),
    ]);
    let offer = quote(240).candidates[0].clone();
    for mut environments in wishes {
        environments.sort_unstable();
        for storage_gb in [20, 100] {
            let spec = MachineSpec {
                environments: environments.clone(),
                storage_gb,
                ..crate::testing::spec(240)
            };
            let sentence = wish::sentence(&offer, &spec, Some(240));
            let now = jiff::civil::date(2026, 11, 23).at(10, 0, 0, 0);
            let meaning = understand(&sentence, None, now);
            assert_eq!(meaning.intent, Intent::CreateVm, "{sentence}");
            let read = say(meaning.intent, meaning.slots, &world());
            let Some(Reply::Quoted { quote, .. }) = &read.reply else {
                panic!("{sentence}: {:?}", read.reply)
            };
            assert_eq!(
                (&quote.spec.environments, quote.spec.storage_gb),
                (&environments, storage_gb),
                "{sentence}"
            );
        }
    }
}
