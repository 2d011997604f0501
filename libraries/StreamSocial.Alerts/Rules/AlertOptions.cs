using Microsoft.Extensions.Options;

namespace StreamSocial.Alerts.Rules;

/// <summary>Which alerts there are, and who is told of them.</summary>
public sealed class AlertOptions
{
    public const string SectionName = "Alerts";

    /// <summary>By rule, what differs from its defaults: <c>Enabled</c>, <c>Threshold</c> in the rule's unit, <c>For</c> and <c>KeepFiringFor</c>. The runbook lists the rules.</summary>
    /// <value>Default none.</value>
    public Dictionary<string, AlertRuleOptions> Rules { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Directories by name whose disks rule DiskNearFull watches, on the dashboard's machine: where the brokers' logs or the state stores are.</summary>
    /// <value>Default none.</value>
    public Dictionary<string, string> Disks { get; } = new(StringComparer.Ordinal);

    /// <summary>The receiver of notifications.</summary>
    public AlertWebhookOptions Webhook { get; set; } = new();

    /// <summary>The rules as they are evaluated: those that are enabled, with what the options say.</summary>
    public IReadOnlyList<AlertRule> Effective() => [.. AlertRules.All.Where(rule => Of(rule)?.Enabled != false).Select(rule => Of(rule) is { } own
        ? rule with
        {
            Threshold = own.Threshold ?? rule.Threshold,
            For = own.For ?? rule.For,
            KeepFiringFor = own.KeepFiringFor ?? rule.KeepFiringFor,
        }
        : rule)];

    private AlertRuleOptions? Of(AlertRule rule) => Rules.GetValueOrDefault(rule.Name);
}

/// <summary>What differs from a rule's defaults.</summary>
public sealed class AlertRuleOptions
{
    /// <summary>Whether the rule is evaluated.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Largest value that is fine, in the rule's unit; null for the rule's own.</summary>
    public double? Threshold { get; set; }

    /// <summary>How long it must be breached before it fires; null for the rule's own.</summary>
    public TimeSpan? For { get; set; }

    /// <summary>How long it must be fine before it is resolved; null for the rule's own.</summary>
    public TimeSpan? KeepFiringFor { get; set; }
}

/// <summary>Where notifications go, in the format of Alertmanager's webhooks.</summary>
public sealed class AlertWebhookOptions
{
    /// <summary>Address that takes a POST for each group of alerts; null: nobody is told. It is not followed elsewhere: a redirect counts as not taken.</summary>
    /// <value>Default none.</value>
    public Uri? Url { get; set; }

    /// <summary>Sent as <c>Authorization: Bearer</c>.</summary>
    /// <value>Default none.</value>
    public string? Token { get; set; }

    /// <summary>Address of the dashboard for whoever reads a notification.</summary>
    /// <value>Default none.</value>
    public Uri? ExternalUrl { get; set; }

    /// <summary>Longest wait for an answer of the receiver.</summary>
    /// <value>Default 5 s; 0.1 s to 1 min.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Further attempts at once, before it is tried again later.</summary>
    /// <value>Default 3; 1 to 10.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>First pause between attempts; it doubles with each, with jitter, up to BreakDuration where that is longer.</summary>
    /// <value>Default 0.5 s; 10 ms to 30 s.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long a receiver that does not answer is left alone.</summary>
    /// <value>Default 10 s; 0.5 s to 10 min.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Checks rules and the receiver; reports every error at once.</summary>
public sealed class AlertOptionsValidator : IValidateOptions<AlertOptions>
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        var errors = new List<string>();
        foreach (var (rule, own) in options.Rules)
        {
            var key = $"Rules:{rule}";
            if (!AlertRules.All.Any(known => known.Name.Equals(rule, StringComparison.OrdinalIgnoreCase)))
                Add(key, $"is no rule; the rules are {string.Join(", ", AlertRules.All.Select(known => known.Name))}");
            if (own.Threshold is { } threshold && !(double.IsFinite(threshold) && threshold >= 0))
                Add($"{key}:{nameof(own.Threshold)}", $"is {threshold}; give a number, 0 or more");
            CheckRange($"{key}:{nameof(own.For)}", own.For ?? TimeSpan.Zero, TimeSpan.Zero, LongestWait);
            CheckRange($"{key}:{nameof(own.KeepFiringFor)}", own.KeepFiringFor ?? TimeSpan.Zero, TimeSpan.Zero, LongestWait);
        }
        foreach (var (disk, path) in options.Disks)
        {
            if (!Path.IsPathRooted(path))
                Add($"Disks:{disk}", $"is '{path}'; give an absolute path");
        }
        CheckWebhook(options.Webhook);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckWebhook(AlertWebhookOptions webhook)
        {
            const string Key = nameof(options.Webhook);
            CheckAddress($"{Key}:{nameof(webhook.Url)}", webhook.Url);
            CheckAddress($"{Key}:{nameof(webhook.ExternalUrl)}", webhook.ExternalUrl);
            CheckRange($"{Key}:{nameof(webhook.Timeout)}", webhook.Timeout, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1));
            CheckRange($"{Key}:{nameof(webhook.RetryDelay)}", webhook.RetryDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(30));
            CheckRange($"{Key}:{nameof(webhook.BreakDuration)}", webhook.BreakDuration, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10));
            if (webhook.MaxRetries is < 1 or > 10)
                Add($"{Key}:{nameof(webhook.MaxRetries)}", $"is {webhook.MaxRetries}; give 1 to 10");
            if (webhook.Token is { } token && token.Any(letter => letter is <= ' ' or > '~'))
                Add($"{Key}:{nameof(webhook.Token)}", "has characters that a header cannot carry");
        }

        void CheckAddress(string option, Uri? address)
        {
            if (address is not null && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")))
                Add(option, $"is {address}; give an absolute http address");
        }

        void CheckRange(string option, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                Add(option, $"is {value}; give {least} to {most}");
        }

        void Add(string option, string error) => errors.Add($"{AlertOptions.SectionName}:{option} {error}.");
    }
}
