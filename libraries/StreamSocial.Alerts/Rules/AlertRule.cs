using System.Globalization;

namespace StreamSocial.Alerts.Rules;

/// <summary>When somebody is told, and what to do then. It is breached while its value is above its threshold.</summary>
/// <param name="Name">Its name, as Prometheus has it in <c>alertname</c>.</param>
/// <param name="Severity">How soon somebody has to look.</param>
/// <param name="Summary">What is wrong, one sentence.</param>
/// <param name="Remedy">What to do first, one sentence; the runbook has the rest.</param>
/// <param name="Threshold">Largest value that is fine, unless the options say otherwise.</param>
/// <param name="Unit">Unit of the value and the threshold, in UCUM as OpenTelemetry writes it: <c>s</c>, <c>{record}</c>, or <c>1</c> for a ratio.</param>
/// <param name="For">How long it must be breached before it fires.</param>
/// <param name="KeepFiringFor">How long it must be fine before it is resolved.</param>
/// <param name="Query">Its value in PromQL, over the metrics that the services export.</param>
public sealed record AlertRule(
    string Name, AlertSeverity Severity, string Summary, string Remedy, double Threshold, string Unit, TimeSpan For, TimeSpan KeepFiringFor, string Query)
{
    /// <summary>Where the runbook is, from the repository's root.</summary>
    public string Runbook => $"docs/runbooks/alerts.md#{Name.ToLowerInvariant()}";

    /// <summary>The severity as a label's value.</summary>
    public string SeverityLabel => Severity == AlertSeverity.Critical ? "critical" : "warning";

    /// <summary>The rule in PromQL: a series for each label set that breaches it.</summary>
    public string Expression => string.Create(CultureInfo.InvariantCulture, $"{Query} > {Threshold}");
}

/// <summary>How soon somebody has to look.</summary>
public enum AlertSeverity
{
    /// <summary>Today: it gets worse, or redundancy is gone.</summary>
    Warning,

    /// <summary>Now: something does not work, or is lost.</summary>
    Critical,
}
