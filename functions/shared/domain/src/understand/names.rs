//! Names of products and places, as data. An underscore stands for a space.

use crate::intent::{Environment, Framework, Notebook, Os, Provider, StorageType};

/// Names of systems; a version where the name implies one.
pub(super) const SYSTEMS: &[(Os, &str, &str)] = &[
    (Os::Ubuntu, "", "ubuntu ubuntu's ubunto ubutnu ubuntus"),
    (
        Os::Ubuntu,
        "26.04",
        "resolute resolute_raccoon ubuntu_resolute",
    ),
    (Os::Ubuntu, "24.04", "noble noble_numbat ubuntu_noble"),
    (Os::Ubuntu, "22.04", "jammy jammy_jellyfish ubuntu_jammy"),
    (Os::Ubuntu, "20.04", "focal focal_fossa ubuntu_focal"),
    (Os::Ubuntu, "18.04", "bionic bionic_beaver"),
    (Os::Debian, "", "debian debians deb"),
    (Os::Debian, "13", "trixie debian_trixie"),
    (Os::Debian, "12", "bookworm debian_bookworm"),
    (Os::Debian, "11", "bullseye debian_bullseye"),
    (Os::Debian, "10", "buster debian_buster"),
    (Os::Centos, "", "centos cent_os centos_linux centos_stream"),
    (Os::Fedora, "", "fedora fedora_linux fedoras fedora_server"),
    (
        Os::AmazonLinux,
        "",
        "amazon_linux amazon-linux aws_linux amzn_linux amazonlinux amzn amazon_linux_2's",
    ),
    (Os::AmazonLinux, "2023", "al2023 amazon_linux_2023"),
    (Os::AmazonLinux, "2", "al2 amazon_linux_2"),
    (
        Os::Rhel,
        "",
        "rhel red_hat redhat red-hat red_hat_enterprise_linux red_hat_linux red_hat_enterprise redhat_enterprise_linux redhat_linux",
    ),
    (Os::Rocky, "", "rocky rocky_linux rockylinux rocky-linux"),
    (
        Os::Windows,
        "",
        "windows win windows_server winserver windoze ms_windows microsoft_windows win_server",
    ),
];

/// Names of software for a machine.
pub(super) const ENVIRONMENTS: &[(Environment, &str)] = &[
    (
        Environment::Docker,
        "docker dockerized docker-compose docker_compose dockerd",
    ),
    (
        Environment::Node,
        "node.js nodejs node-js node_js npm express.js",
    ),
    (
        Environment::Python,
        "python python3 py django flask pandas python's",
    ),
    (
        Environment::Java,
        "java jdk openjdk jvm spring-boot maven tomcat",
    ),
    (Environment::Rust, "rust rustlang cargo rust-lang"),
    (Environment::Go, "golang go-lang"),
    (Environment::Lamp, "lamp lamp_stack lamp-stack"),
    (
        Environment::Postgres,
        "postgres postgresql pg psql postgre postgress postgresdb postgres's postgre_sql",
    ),
    (Environment::Mysql, "mysql my_sql my-sql mysqld"),
    (Environment::Jenkins, "jenkins jenkins.io"),
    (
        Environment::Kubernetes,
        "kubernetes k8s k8 kube k3s minikube kubernets",
    ),
];

/// Names of clouds.
pub(super) const PROVIDERS: &[(Provider, &str)] = &[
    (Provider::Aws, "aws amazon ec2 amazon_web_services amazon's"),
    (
        Provider::Digitalocean,
        "digitalocean digital_ocean droplet droplets digital-ocean digitalocean's",
    ),
];

/// Names of cluster software.
pub(super) const FRAMEWORKS: &[(Framework, &str)] = &[
    (
        Framework::Spark,
        "spark pyspark apache_spark sparks spark's sparkling",
    ),
    (
        Framework::Hadoop,
        "hadoop apache_hadoop mapreduce map-reduce hadoops hdfs",
    ),
];

/// Names of notebook servers.
pub(super) const NOTEBOOKS: &[(Notebook, &str)] = &[
    (
        Notebook::Jupyter,
        "jupyter jupyterlab jupyterhub ipython jupyther jupiter",
    ),
    (Notebook::Zeppelin, "zeppelin zepelin zeppellin"),
];

/// Names of kinds of disk. They are words of the lexicon, where they also mark a size as one of a disk.
pub(super) const STORAGE_TYPES: &[(StorageType, &str)] = &[
    (StorageType::Ssd, "ssd ssds nvme solid"),
    (StorageType::Hdd, "hdd hdds magnetic spinning"),
];

/// Names of places: the region of each cloud there, empty where there is none.
pub(super) const PLACES: &[(&str, &str, &str)] = &[
    (
        "virginia north_virginia n_virginia northern_virginia us_east_1",
        "us-east-1",
        "",
    ),
    ("ohio us_east_2", "us-east-2", ""),
    (
        "california north_california northern_california n_california n._california us_west_1",
        "us-west-1",
        "",
    ),
    ("oregon us_west_2", "us-west-2", ""),
    ("ireland dublin eu_west_1", "eu-west-1", ""),
    ("paris france", "eu-west-3", ""),
    ("stockholm sweden", "eu-north-1", ""),
    ("mumbai bombay", "ap-south-1", ""),
    ("tokyo", "ap-northeast-1", ""),
    ("seoul", "ap-northeast-2", ""),
    (
        "sao_paulo são_paulo saopaulo sao-paulo são-paulo sãopaulo",
        "sa-east-1",
        "",
    ),
    ("montreal montréal canada_central", "ca-central-1", ""),
    ("london", "eu-west-2", "lon1"),
    ("frankfurt", "eu-central-1", "fra1"),
    ("singapore", "ap-southeast-1", "sgp1"),
    ("sydney", "ap-southeast-2", "syd1"),
    ("new_york nyc new-york newyork", "", "nyc3"),
    ("san_francisco sf san-francisco sanfrancisco", "", "sfo3"),
    ("amsterdam", "", "ams3"),
    ("bangalore bengaluru", "", "blr1"),
    ("toronto", "", "tor1"),
];

/// Days of the week, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = [
    "monday mon mondays mon's",
    "tuesday tue tues",
    "wednesday wed weds wednsday",
    "thursday thu thur thurs",
    "friday fri fridays",
    "saturday sat",
    "sunday sun",
];

/// Months, January first.
pub(super) const MONTHS: [&str; 12] = [
    "january jan",
    "february feb",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sep sept",
    "october oct",
    "november nov",
    "december dec",
];

/// Ways to say tomorrow.
pub(super) const TOMORROW: &str =
    "tomorrow tmrw tmr tomo 2moro tmw tommorow tomorow tommorrow 2morrow tomorrow's";

/// Every name, for the lexicon.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let lists = (SYSTEMS.iter().map(|(_, _, words)| *words))
        .chain(ENVIRONMENTS.iter().map(|(_, words)| *words))
        .chain(PROVIDERS.iter().map(|(_, words)| *words))
        .chain(FRAMEWORKS.iter().map(|(_, words)| *words))
        .chain(NOTEBOOKS.iter().map(|(_, words)| *words))
        .chain(PLACES.iter().map(|(words, ..)| *words))
        .chain(WEEKDAYS)
        .chain(MONTHS)
        .chain([TOMORROW]);
    lists.flat_map(str::split_whitespace)
}

/// Whether `line` lists `word`.
pub(super) fn lists(line: &str, word: &str) -> bool {
    line.split_whitespace().any(|entry| entry == word)
}

/// Length in words of the longest entry of `line` that the words start with.
pub(super) fn matches<'a>(line: &str, word_at: impl Fn(usize) -> Option<&'a str>) -> usize {
    line.split_whitespace()
        .filter(|entry| {
            entry
                .split('_')
                .enumerate()
                .all(|(offset, part)| word_at(offset) == Some(part))
        })
        .map(|entry| entry.split('_').count())
        .max()
        .unwrap_or(0)
}
