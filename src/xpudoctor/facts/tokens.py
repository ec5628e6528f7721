"""The shapes of the tokens that services hand out: the beginning that is looked for first, in lower case, and the whole."""

from __future__ import annotations

SHAPES: tuple[tuple[str, str], ...] = (
    # Hugging Face
    ("hf_ api_org_", r"(?:hf|api_org)_[A-Za-z0-9]{16,}"),
    # GitHub, GitLab
    ("ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{16,}"),
    ("github_pat_", r"github_pat_\w{20,}"),
    ("glpat- gldt- glrt- glcbt- glptt- glft-", r"gl(?:pat|dt|rt|cbt|ptt|ft)-[\w-]{18,}"),
    # OpenAI, Anthropic, OpenRouter, DeepSeek
    ("sk-", r"sk-[A-Za-z0-9_-]{18,}"),
    # Groq, xAI, Perplexity, Fireworks, Replicate, NVIDIA, Tavily, Pinecone
    ("gsk_", r"gsk_[A-Za-z0-9]{30,}"),
    ("xai- pplx-", r"(?:xai|pplx)-[A-Za-z0-9]{30,}"),
    ("fw_", r"fw_[A-Za-z0-9]{20,}"),
    ("r8_", r"r8_[A-Za-z0-9]{30,}"),
    ("nvapi-", r"nvapi-[\w-]{30,}"),
    ("tvly-", r"tvly-[\w-]{20,}"),
    ("pcsk_", r"pcsk_\w{20,}"),
    # Amazon, Google, DigitalOcean, Databricks, Vault
    ("akia asia aroa aida", r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}"),
    ("aiza", r"AIza[\w-]{30,}"),
    ("ya29.", r"ya29\.[\w-]{16,}"),
    ("gocspx-", r"GOCSPX-[\w-]{20,}"),
    ("_v1_", r"do[opr]_v1_[0-9a-f]{32,}"),
    ("dapi", r"dapi[0-9a-f]{32}"),
    ("hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{20,}"),
    # Docker, package registries
    ("dckr_", r"dckr_(?:pat|oat)_[\w-]{20,}"),
    ("pypi-", r"pypi-[\w-]{50,}"),
    ("npm_", r"npm_[A-Za-z0-9]{30,}"),
    # JSON web tokens
    ("eyj", r"eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?"),
    # Slack, Discord, Telegram, Twilio, SendGrid, Mailgun
    ("xox xapp-", r"(?:xox[abeoprs]|xapp)-[\w-]{10,}"),
    (".", r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}"),
    (":", r"\d{8,10}:[A-Za-z][\w-]{34}"),
    ("sk", r"SK[0-9a-f]{32}"),
    ("sg.", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
    ("key-", r"key-[0-9a-f]{32}"),
    # Stripe, Shopify, Atlassian, Linear, Notion
    ("k_live_ k_test_", r"[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{30,}"),
    ("atatt", r"ATATT[\w-]{30,}"),
    ("lin_api_ ntn_", r"(?:lin_api|ntn)_[A-Za-z0-9]{30,}"),
    # Grafana, New Relic, Supabase, Doppler
    ("glsa_ glc_", r"gl(?:sa|c)_[\w+/=-]{20,}"),
    ("nrak-", r"NRAK-[A-Z0-9]{20,}"),
    ("sbp_", r"sbp_[0-9a-f]{30,}"),
    ("dp.", r"dp\.(?:pt|st|ct)\.[\w.-]{20,}"),
)
