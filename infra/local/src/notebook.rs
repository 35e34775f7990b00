//! The notebook of a cluster as its owner's browser would use it: by the link in their direct message, and only if it shows
//! the certificate whose fingerprint is there as well.

mod kernel;
mod pinned;

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use rustls::ClientConfig;
use serde_json::{Value, json};

use crate::slack::Message;

/// For one call; a busy computer starts a kernel in a few seconds.
const CALL_LIMIT: Duration = Duration::from_secs(30);
/// The notebook that every cluster has.
const SAMPLE: &str = "Welcome.ipynb";

/// Why the notebook could not be used.
#[derive(Debug, thiserror::Error)]
pub enum NotebookError {
    /// The message has no link with a token, or no fingerprint.
    #[error("no way into a notebook is in:\n{0}")]
    NoLink(String),
    /// A call failed, or the certificate is another one.
    #[error("the notebook does not answer")]
    Http(#[from] reqwest::Error),
    /// The connection to a kernel failed.
    #[error("the notebook's kernel does not answer")]
    Kernel(#[from] tokio_tungstenite::tungstenite::Error),
    /// The connection could not be opened.
    #[error("the notebook cannot be reached")]
    Io(#[from] std::io::Error),
    /// TLS could not be set up.
    #[error("TLS cannot be used")]
    Tls(#[from] rustls::Error),
    /// Something took too long.
    #[error("the notebook took too long")]
    Slow(#[from] tokio::time::error::Elapsed),
    /// Code ended with an error.
    #[error("{code}\nended with {error}")]
    Code {
        /// What was run.
        code: String,
        /// What Python says.
        error: String,
    },
    /// An answer that does not have Jupyter's form.
    #[error("not an answer of a notebook: {0}")]
    Unexpected(String),
}

/// A notebook that somebody has the link to.
#[derive(Debug)]
pub struct Notebook {
    address: String,
    token: String,
    tls: Arc<ClientConfig>,
    client: Client,
}

impl Notebook {
    /// By what the owner of a cluster was sent.
    pub fn in_message(message: &Message) -> Result<Self, NotebookError> {
        let text: String = message
            .blocks
            .iter()
            .filter_map(|block| block["text"]["text"].as_str())
            .collect();
        let missing = || NotebookError::NoLink(text.clone());
        let link = between(&text, "<https://", "|").ok_or_else(missing)?;
        let (address, token) = link.split_once("/lab?token=").ok_or_else(missing)?;
        let shown = between(&text, "```", "```").ok_or_else(missing)?;
        let digits: String = shown.split_whitespace().collect();
        let fingerprint = hex::decode(digits).map_err(|_| missing())?;
        let tls = pinned::config(fingerprint)?;
        Ok(Self {
            address: address.to_owned(),
            token: token.to_owned(),
            client: Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .no_proxy()
                .redirect(Policy::none())
                .timeout(CALL_LIMIT)
                .build()?,
            tls: Arc::new(tls),
        })
    }

    /// The link that opens it.
    pub fn url(&self) -> String {
        format!("https://{}/lab?token={}", self.address, self.token)
    }

    /// Where the sample notebook opens for whoever has come in by the link.
    pub fn sample_url(&self) -> String {
        self.at(&format!("/lab/tree/{SAMPLE}"))
    }

    /// The status of asking for what runs, with another token or none.
    pub async fn status_with(&self, token: Option<&str>) -> Result<u16, NotebookError> {
        let mut request = self.client.get(self.at("/api/kernels"));
        if let Some(token) = token {
            request = request.header("authorization", format!("token {token}"));
        }
        Ok(request.send().await?.status().as_u16())
    }

    /// A page behind the notebook, by its path.
    pub async fn page(&self, path: &str) -> Result<String, NotebookError> {
        let answer = self.request(Method::GET, path).send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    /// Where a page behind the notebook sends whoever asks for it.
    pub async fn redirect(&self, path: &str) -> Result<String, NotebookError> {
        location(self.request(Method::GET, path).send().await?)
    }

    /// Where a page behind the notebook sends whoever submits its form.
    pub async fn submit(&self, path: &str, form: String) -> Result<String, NotebookError> {
        let request = self.request(Method::POST, path).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        location(request.send().await?)
    }

    /// Runs the code of the sample notebook, cell by cell, and returns what each shows.
    pub async fn run_sample(&self) -> Result<Vec<String>, NotebookError> {
        let path = format!("/api/contents/{SAMPLE}");
        let sample = self.call(Method::GET, &path, None).await?;
        let cells = sample["content"]["cells"].as_array();
        let cells = cells.into_iter().flatten();
        let code = cells.filter(|cell| cell["cell_type"] == "code");
        let code: Vec<&str> = code.filter_map(|cell| cell["source"].as_str()).collect();
        self.run(&code).await
    }

    /// Runs pieces of code in a kernel of their own, and returns what each shows.
    pub async fn run(&self, pieces: &[&str]) -> Result<Vec<String>, NotebookError> {
        let kernel = json!({ "name": "python3" });
        let kernel = self
            .call(Method::POST, "/api/kernels", Some(kernel))
            .await?;
        let id = kernel["id"].as_str().unwrap_or_default();
        let mut channels = kernel::connect(&self.address, id, &self.token, &self.tls).await?;
        let mut shown = Vec::new();
        for code in pieces {
            shown.push(channels.run(code).await?);
        }
        let path = format!("/api/kernels/{id}");
        self.request(Method::DELETE, &path).send().await?;
        Ok(shown)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, NotebookError> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let token = format!("token {}", self.token);
        self.client
            .request(method, self.at(path))
            .header("authorization", token)
    }

    fn at(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }
}

fn location(answer: Response) -> Result<String, NotebookError> {
    let answer = answer.error_for_status()?;
    let location = answer.headers().get("location");
    let location = location.and_then(|location| location.to_str().ok());
    location.map(str::to_owned).ok_or_else(|| {
        NotebookError::Unexpected(format!("{} from {}", answer.status(), answer.url()))
    })
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}
