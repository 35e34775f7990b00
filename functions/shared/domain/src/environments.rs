//! Software that machines are set up with. Adding one is a line here and a file of that name in
//! `infra/bootstrap/environments`, which sets it up.

use std::collections::BTreeMap;

use crate::beacon::Ready;
use crate::intent::Environment;

/// How one is set up, and what people read about it.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// Which it is. Its name is the step's.
    pub environment: Environment,
    /// The name that its makers give it.
    pub title: &'static str,
    /// What sets it up.
    pub script: &'static str,
    /// What people can do with it first.
    pub first_step: &'static str,
}

/// The text of the file that sets one up.
macro_rules! script {
    ($name:literal) => {
        include_str!(concat!(
            "../../../../infra/bootstrap/environments/",
            $name,
            ".sh"
        ))
    };
}

/// All that can be had today, in the order of their titles.
pub const SETUPS: [Setup; 8] = [
    Setup {
        environment: Environment::Docker,
        title: "Docker",
        script: script!("docker"),
        first_step: "`docker run --rm -it debian` starts a container, without sudo.",
    },
    Setup {
        environment: Environment::Go,
        title: "Go",
        script: script!("go"),
        first_step: "`go mod init example.com/hello` begins a module, `go run .` runs it.",
    },
    Setup {
        environment: Environment::Java,
        title: "Java",
        script: script!("java"),
        first_step: "`javac Hello.java` compiles, `java Hello` runs.",
    },
    Setup {
        environment: Environment::Lamp,
        title: "LAMP",
        script: script!("lamp"),
        first_step: "Pages go into `/var/www/html`. Add `-L 8080:127.0.0.1:80` to the ssh line, and see them at `http://localhost:8080`. `mariadb` opens the database.",
    },
    Setup {
        environment: Environment::Node,
        title: "Node.js",
        script: script!("node"),
        first_step: "`npm init` begins a project. Add `-L 3000:localhost:3000` to the ssh line, and see what it serves there at `http://localhost:3000`.",
    },
    Setup {
        environment: Environment::Postgres,
        title: "PostgreSQL",
        script: script!("postgres"),
        first_step: "`psql` opens a database of your own.",
    },
    Setup {
        environment: Environment::Python,
        title: "Python",
        script: script!("python"),
        first_step: "`python3 -m venv work && . work/bin/activate` begins a project, `pip install` gets what it needs.",
    },
    Setup {
        environment: Environment::Rust,
        title: "Rust",
        script: script!("rust"),
        first_step: "`cargo new hello && cd hello && cargo run` builds and runs a first program.",
    },
];

/// What else is reported by a name of its own: what makes up one of the above, or a cluster.
const PARTS: [(&str, &str); 5] = [
    ("apache", "Apache"),
    ("jupyter", "JupyterLab"),
    ("mariadb", "MariaDB"),
    ("php", "PHP"),
    ("spark", "Spark"),
];

/// Longer ones are none.
const VERSION_CHARS_MAX: usize = 40;

/// How one is set up; none where that is not known today.
pub fn setup(environment: Environment) -> Option<&'static Setup> {
    SETUPS.iter().find(|setup| setup.environment == environment)
}

/// The name that its makers give it.
pub fn title(environment: Environment) -> &'static str {
    match environment {
        Environment::Jenkins => "Jenkins",
        Environment::Kubernetes => "Kubernetes",
        Environment::Mysql => "MySQL",
        _ => setup(environment).map_or(environment.as_str(), |setup| setup.title),
    }
}

/// What machines of a reservation, which are all alike, say that they were set up with: names and versions, as far as they
/// are nothing but that.
pub fn versions<'a>(reports: impl IntoIterator<Item = &'a Ready>) -> BTreeMap<String, String> {
    let is_name = |name: &str| title_of_reported(name).is_some();
    let is_version = |text: &str| {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || b".-+~:".contains(&byte);
        (1..=VERSION_CHARS_MAX).contains(&text.len()) && text.bytes().all(inside)
    };
    let said = reports.into_iter().flat_map(|report| &report.versions);
    said.filter(|(name, text)| is_name(name) && is_version(text))
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect()
}

/// The title of what a machine reports by that name.
pub(crate) fn title_of_reported(name: &str) -> Option<&'static str> {
    let part = PARTS.iter().find(|(part, _)| *part == name);
    part.map(|(_, title)| *title)
        .or_else(|| setup(Environment::from_name(name)?).map(|setup| setup.title))
}

#[cfg(test)]
mod tests;
