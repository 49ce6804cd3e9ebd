//! The calls and their words.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use directories::ProjectDirs;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::storage::locate::{SHOP_FOLDER, locate};

/// Zhanggui for scripts.
#[derive(Debug, Parser)]
#[command(name = "zhanggui-cli", version, about = "Customers and orders of a small shop, on the command line")]
pub struct Arguments {
    /// The shop's folder, or the data folder of the app that holds it (default: the one the app uses).
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print one JSON document.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub call: Call,
}

impl Arguments {
    /// The shop's folder.
    pub fn folder(&self) -> Result<PathBuf> {
        match &self.data_dir {
            Some(folder) => Ok(locate(folder)?.unwrap_or_else(|| folder.clone())),
            None => ProjectDirs::from("app", "zhanggui", "zhanggui")
                .map(|dirs| dirs.data_dir().join(SHOP_FOLDER))
                .ok_or_else(|| Error::CannotOpen("this account has no home folder".to_owned())),
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Call {
    /// Import order or customer files.
    Import(ImportArgs),
    /// The imports so far.
    Imports {
        #[command(subcommand)]
        what: Option<Imports>,
    },
    /// Find customers, or show one.
    Customers {
        #[command(subcommand)]
        what: Option<Show>,
        #[arg(long)]
        query: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Find orders, or show one.
    Orders {
        #[command(subcommand)]
        what: Option<Show>,
        #[arg(long)]
        query: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// Open complaints, or one whole.
    Complaints {
        #[command(subcommand)]
        what: Option<Show>,
        /// A number, a person, an order, words of the case.
        #[arg(long)]
        query: Option<String>,
        /// Closed ones too.
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// The reviews to be seen to, or what is done with reviews.
    Reviews {
        #[command(subcommand)]
        what: Option<ReviewCall>,
        /// A person, an order, words of the review.
        #[arg(long)]
        query: Option<String>,
        /// All reviews, not only those to be seen to.
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// What is due now, the most urgent first.
    Today {
        /// Say it in Chinese.
        #[arg(long)]
        chinese: bool,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Write a list to a file.
    Export {
        #[command(subcommand)]
        what: Export,
    },
    /// Shipping templates in and out.
    Template {
        #[command(subcommand)]
        what: TemplateCall,
    },
    /// A shipping fee with its explanation.
    Quote {
        /// A template's file, or its name in the shop; the first is that of lines that name none.
        #[arg(long, required = true, value_name = "FILE_OR_NAME")]
        template: Vec<String>,
        /// A basket's file.
        #[arg(long, value_name = "FILE")]
        basket: PathBuf,
        /// Say the steps in Chinese.
        #[arg(long)]
        chinese: bool,
    },
    /// A template over the shop's past orders.
    Replay {
        #[arg(long, value_name = "FILE_OR_NAME")]
        template: String,
        /// Its method; the first where none is named.
        #[arg(long)]
        method: Option<String>,
        /// Orders placed on this day or later, YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
        /// Orders placed on this day or earlier, YYYY-MM-DD.
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        /// Compare with the template that is in force instead of with what was charged.
        #[arg(long)]
        against_templates: bool,
    },
    /// What an address or a pasted text says; `-` reads one per line from standard input.
    Address {
        /// The text, or `-`.
        #[arg(allow_hyphen_values = true)]
        text: String,
        /// Codes of regions that are meant where a name fits several.
        #[arg(long, value_name = "CODE", value_delimiter = ',')]
        prefer: Vec<String>,
    },
    /// Integrity of the file and of its content.
    Check,
    /// A verified copy of the shop.
    Backup { out: Option<PathBuf> },
    /// The copies so far.
    Backups,
    /// Put a copy in the place of the shop; the present one is kept aside.
    Restore { file: PathBuf },
    /// How long typical searches and windows of the lists take in this shop; for the bench.
    #[command(hide = true)]
    Measure,
    /// How many addresses and quotes a second; for the bench.
    #[command(hide = true)]
    MeasureFees,
    /// How long the day's list and a person's card take with so many open tasks; for the bench. It adds them.
    #[command(hide = true)]
    MeasureDay {
        #[arg(long, default_value_t = 10_000)]
        tasks: i64,
    },
    /// How many files of a folder can be read as tables; for the attacks.
    #[command(hide = true)]
    MeasureTables {
        /// A folder of files.
        folder: PathBuf,
    },
    /// How long reviews take to come in and a reply to be compared; for the bench. It adds them.
    #[command(hide = true)]
    MeasureReviews {
        #[arg(long, default_value_t = 60_000)]
        reviews: i64,
    },
    /// An invented shop.
    Demo {
        #[arg(long)]
        orders: u32,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only write it as a platform's file.
        #[arg(long, num_args = 2, value_names = ["PLATFORM", "FILE"])]
        r#as: Option<Vec<String>>,
    },
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Only show what would happen.
    #[arg(long)]
    pub dry_run: bool,
    /// The kind of export, against what is recognised.
    #[arg(long, value_name = "ID")]
    pub platform: Option<String>,
    /// The shop, for files that do not name one.
    #[arg(long, value_name = "NAME")]
    pub shop: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// A mapping of columns: the JSON form of a file of assets/platforms.
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Which of day and month comes first in numeric dates.
    #[arg(long, value_name = "day-first|month-first", value_parser = ["day-first", "month-first"])]
    pub dates: Option<String>,
    /// The currency, for files that name none.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Write the rows that cannot come in to this file.
    #[arg(long, value_name = "OUT.csv")]
    pub rejects: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Imports {
    /// Take an import back.
    Undo { id: i64 },
}

#[derive(Debug, Subcommand)]
pub enum ReviewCall {
    /// Import a file of reviews.
    Import {
        file: PathBuf,
        /// Only show what would happen.
        #[arg(long)]
        dry_run: bool,
        /// Which column is what, where its name does not say it: `{"stars": "what they gave", …}`.
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
    },
    /// Show one whole.
    Show { key: String },
    /// Check replies, one per line, for offers, repetition and what a later reader should not see; `-` reads
    /// standard input.
    CheckText { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub enum Show {
    /// Show one whole.
    Show { key: String },
}

#[derive(Debug, Subcommand)]
pub enum Export {
    /// Customers, all or those a query finds.
    Customers(ExportArgs),
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    pub out: PathBuf,
    #[arg(long)]
    pub query: Option<String>,
    /// Columns in their order: name,phones,…
    #[arg(long, value_delimiter = ',')]
    pub columns: Vec<String>,
    #[arg(long, value_parser = ["csv", "xlsx"])]
    pub format: Option<String>,
    #[arg(long, default_value = "utf8-bom", value_parser = ["utf8-bom", "utf8", "gb18030"])]
    pub encoding: String,
    /// Of headers and of words such as 女 or female.
    #[arg(long, default_value = "zh-CN", value_parser = ["zh-CN", "en"])]
    pub language: String,
    /// Hide names, numbers and addresses.
    #[arg(long)]
    pub mask: bool,
}

#[derive(Debug, Subcommand)]
pub enum TemplateCall {
    /// Take a template in from its file.
    Import {
        file: PathBuf,
        /// Add it as a version of the template of the same name.
        #[arg(long)]
        as_version: bool,
        /// It is what this courier charges, not what buyers pay.
        #[arg(long, value_name = "NAME")]
        courier: Option<String>,
    },
    /// Write a template to its file.
    Export { name: String, out: PathBuf },
    /// The templates.
    List,
}
