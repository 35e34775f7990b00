//! A headless browser for the journeys that people make on the page.
//!
//! Debian's chromedriver drives Debian's chromium with a fresh profile. Both end with the [`Browser`].

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, NewSessionError};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";

/// How long an element may take to appear; generous for two busy cores.
pub const WAIT_LIMIT: Duration = Duration::from_secs(20);
/// chromedriver says where it listens within a few lines.
const START_LINES_MAX: usize = 20;
/// The page may redraw an element between finding and clicking it.
const CLICKS_MAX: usize = 5;
/// Narrower windows do not exist; a phone is emulated instead.
const WINDOW_WIDTH_MIN: u32 = 500;
const START_LIMIT: Duration = Duration::from_secs(20);

/// Numbers the directories of one test process.
static DIRECTORIES: AtomicUsize = AtomicUsize::new(0);

/// What went wrong with the browser.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// The driver or a file of the browser could not be used.
    #[error("the browser's files or processes failed")]
    Io(#[from] std::io::Error),
    /// The driver never said where it listens.
    #[error("chromedriver did not start")]
    NoDriver,
    /// The driver opened no browser.
    #[error("chromedriver opened no browser")]
    Session(#[from] NewSessionError),
    /// A command failed.
    #[error("the browser refused a command")]
    Command(#[from] CmdError),
    /// The page did not get there in time.
    #[error("waited {} s for {what}; the page shows:\n{page}", WAIT_LIMIT.as_secs())]
    Waited {
        /// What was waited for.
        what: String,
        /// The words on the page.
        page: String,
    },
}

/// A browser window.
pub struct Browser {
    client: Client,
    _driver: Driver,
}

/// A running chromedriver, and the directory for all that it and its browser write.
struct Driver {
    process: Child,
    port: u16,
    directory: PathBuf,
}

impl Browser {
    /// Opens a window of this size on `url`.
    pub async fn open(url: &str, width: u32, height: u32) -> Result<Self, BrowserError> {
        let driver = Driver::start().await?;
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--force-prefers-reduced-motion".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", driver.directory.display()),
        ];
        let mut options = json!({ "binary": CHROMIUM, "args": arguments });
        if width < WINDOW_WIDTH_MIN {
            let metrics =
                json!({ "width": width, "height": height, "pixelRatio": 2.0, "touch": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let capabilities = [
            ("goog:chromeOptions".to_owned(), options),
            // Notebooks of clusters have certificates of their own.
            ("acceptInsecureCerts".to_owned(), json!(true)),
        ]
        .into_iter()
        .collect();
        let client = ClientBuilder::rustls()?
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await?;
        client.goto(url).await?;
        Ok(Self {
            client,
            _driver: driver,
        })
    }

    /// The element once it is on the page.
    pub async fn element(&self, css: &str) -> Result<Element, BrowserError> {
        let found = self
            .client
            .wait()
            .at_most(WAIT_LIMIT)
            .for_element(Locator::Css(css))
            .await;
        match found {
            Ok(element) => Ok(element),
            Err(_) => Err(self.waited(css).await),
        }
    }

    /// The innermost element that shows these words, once there is one.
    pub async fn words(&self, words: &str) -> Result<Element, BrowserError> {
        let path = format!(
            "//*[contains(normalize-space(.), {0})][not(.//*[contains(normalize-space(.), {0})])]",
            quoted(words)
        );
        self.at(&path, words).await
    }

    /// Until no element matches.
    pub async fn gone(&self, css: &str) -> Result<(), BrowserError> {
        let script = "return document.querySelector(arguments[0]) === null";
        let gone = async {
            loop {
                if self.client.execute(script, vec![json!(css)]).await? == json!(true) {
                    return Ok::<(), CmdError>(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        match tokio::time::timeout(WAIT_LIMIT, gone).await {
            Ok(gone) => Ok(gone?),
            Err(_) => Err(self.waited(&format!("{css} to go away")).await),
        }
    }

    /// Clicks the element once it is there.
    pub async fn click(&self, css: &str) -> Result<(), BrowserError> {
        for _ in 1..CLICKS_MAX {
            if self.element(css).await?.click().await.is_ok() {
                return Ok(());
            }
        }
        Ok(self.element(css).await?.click().await?)
    }

    /// Presses a button of the newest message that says these words.
    pub async fn press(&self, words: &str, label: &str) -> Result<(), BrowserError> {
        let path = format!(
            "(//article[contains(normalize-space(.), {})])[last()]//button[normalize-space(.) = {}]",
            quoted(words),
            quoted(label)
        );
        for _ in 1..CLICKS_MAX {
            if self.at(&path, label).await?.click().await.is_ok() {
                return Ok(());
            }
        }
        Ok(self.at(&path, label).await?.click().await?)
    }

    /// Clicks the button, link or option with these words.
    pub async fn click_words(&self, words: &str) -> Result<(), BrowserError> {
        Ok(self.words(words).await?.click().await?)
    }

    /// Types into the element; `\u{E007}` is Enter.
    pub async fn types(&self, css: &str, keys: &str) -> Result<(), BrowserError> {
        Ok(self.element(css).await?.send_keys(keys).await?)
    }

    /// Writes a picture of the window.
    pub async fn screenshot(&self, file: &Path) -> Result<(), BrowserError> {
        Ok(std::fs::write(file, self.client.screenshot().await?)?)
    }

    /// Everything else the driver can do.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Closes the window and ends the driver.
    pub async fn close(self) -> Result<(), BrowserError> {
        Ok(self.client.clone().close().await?)
    }

    /// The element at this `XPath`, once it is there; it shows these words.
    async fn at(&self, path: &str, words: &str) -> Result<Element, BrowserError> {
        let found = self
            .client
            .wait()
            .at_most(WAIT_LIMIT)
            .for_element(Locator::XPath(path))
            .await;
        match found {
            Ok(element) => Ok(element),
            Err(_) => Err(self.waited(&format!("the words {words:?}")).await),
        }
    }

    async fn waited(&self, what: &str) -> BrowserError {
        let page = match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        BrowserError::Waited {
            what: what.to_owned(),
            page,
        }
    }
}

impl Driver {
    /// Starts chromedriver on a port of its own choice and reads which.
    async fn start() -> Result<Self, BrowserError> {
        let serial = DIRECTORIES.fetch_add(1, Ordering::Relaxed);
        let name = format!("infrared-browser-{}-{serial}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory)?;
        let process = Command::new(CHROMEDRIVER)
            .arg("--port=0")
            .env("TMPDIR", &directory)
            .env("XDG_CONFIG_HOME", &directory)
            .env("XDG_CACHE_HOME", &directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let mut driver = Self {
            process,
            port: 0,
            directory,
        };
        let output = driver.process.stdout.take().ok_or(BrowserError::NoDriver)?;
        let mut lines = BufReader::new(output).lines();
        let told = tokio::time::timeout(START_LIMIT, port_told_in(&mut lines)).await;
        driver.port = told.ok().flatten().ok_or(BrowserError::NoDriver)?;
        // The driver stops when nobody reads what it says.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(driver)
    }
}

impl Drop for Driver {
    /// A journey that failed leaves no browser behind: driver and browser share a process group.
    fn drop(&mut self) {
        if let Some(group) = self.process.id() {
            let group = format!("-{group}");
            let kill = ["-s", "KILL", "--", &group];
            let _ = std::process::Command::new("kill")
                .args(kill)
                .stderr(Stdio::null())
                .status();
        }
        // What stays behind in the temporary directory does no harm.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

async fn port_told_in(lines: &mut Lines<BufReader<ChildStdout>>) -> Option<u16> {
    for _ in 0..START_LINES_MAX {
        let line = lines.next_line().await.ok()??;
        let told = line.strip_prefix("ChromeDriver was started successfully on port ");
        if let Some(port) = told.and_then(|rest| rest.trim_end_matches('.').parse().ok()) {
            return Some(port);
        }
    }
    None
}

/// Words as a string of `XPath`; those with both kinds of quotes are joined from pieces.
fn quoted(words: &str) -> String {
    if !words.contains('"') {
        return format!("\"{words}\"");
    }
    let pieces: Vec<String> = words
        .split('"')
        .map(|piece| format!("\"{piece}\""))
        .collect();
    format!("concat({})", pieces.join(", '\"', "))
}
