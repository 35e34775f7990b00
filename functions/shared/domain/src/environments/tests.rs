use super::*;

fn reported(versions: &[(&str, &str)]) -> Ready {
    let owned = |(name, version): &(&str, &str)| ((*name).to_owned(), (*version).to_owned());
    Ready {
        versions: versions.iter().map(owned).collect(),
        ..Ready::default()
    }
}

#[test]
fn each_is_set_up_by_a_file_of_the_same_shape() {
    for setup in SETUPS {
        let Setup {
            environment,
            script,
            ..
        } = setup;
        let has_step = |command: &str| script.lines().any(|line| line.starts_with(command));
        assert!(script.starts_with("# "), "{environment} says what it is");
        assert!(has_step("install \""), "{environment} installs something");
        assert!(has_step("version "), "{environment} says which version");
        let check = format!("check {environment} <<'CHECK'");
        assert!(has_step(&check), "{environment} ends with its check");
        assert!(script.ends_with("\nCHECK\n"), "{environment}");
    }
}

#[test]
fn every_environment_has_a_title_and_is_listed_by_it() {
    for environment in Environment::ALL {
        assert_ne!(title(*environment), environment.as_str());
    }
    assert!(SETUPS.is_sorted_by_key(|setup| setup.title));
}

#[test]
fn only_versions_of_known_software_are_believed() {
    let first = reported(&[
        ("docker", "20.10.24"),
        ("php", "8.2.29"),
        ("node", "<!channel>"),
        ("go", ""),
        ("backdoor", "1"),
    ]);
    let second = reported(&[("postgres", "15.9"), ("rust", &"1".repeat(41))]);
    let believed: Vec<(String, String)> = versions([&first, &second]).into_iter().collect();
    let expected = [
        ("docker", "20.10.24"),
        ("php", "8.2.29"),
        ("postgres", "15.9"),
    ];
    assert_eq!(
        believed,
        expected.map(|(name, version)| (name.to_owned(), version.to_owned()))
    );
}
