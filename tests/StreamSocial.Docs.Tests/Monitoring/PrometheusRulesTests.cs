using System.Diagnostics;
using System.Globalization;
using StreamSocial.Alerts.Rules;
using StreamSocial.Docs.Tests.Reference;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace StreamSocial.Docs.Tests.Monitoring;

/// <summary>deploy/prometheus/streamsocial.rules.yml, from the catalogue by which the dashboard alerts.</summary>
public sealed class PrometheusRulesTests
{
    private const string Rules = "deploy/prometheus/streamsocial.rules.yml";

    private const string Introduction = """
        # Generated from the rules by which the dashboard alerts, with their defaults; a test fails when it is
        # out of date (UPDATE_DOCS=1 dotnet test tests/StreamSocial.Docs.Tests writes it again).

        """;

    [Fact]
    public void Rules_OfTheCatalogue_AreWhatPrometheusLoads()
    {
        var file = new RuleFile([new RuleGroup("streamsocial", [.. AlertRules.All.Select(PrometheusRule.From)])]);
        var yaml = new SerializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull)
            .WithDefaultScalarStyle(ScalarStyle.Any)
            .DisableAliases()
            .Build();
        GeneratedDocument.VerifyFile(Rules, Introduction.ReplaceLineEndings("\n") + yaml.Serialize(file).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Rules_OfTheCatalogue_ReadMetricsThatThereAre()
    {
        var documented = PrometheusNames.Documented();
        Assert.All(AlertRules.All, rule => Assert.Subset(documented.ToHashSet(), PromQl.MetricsOf(rule.Expression).ToHashSet()));
    }

    /// <summary>Prometheus' own check, where it is installed.</summary>
    [Fact]
    public async Task Rules_InTheRepository_PassPromtool()
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(promtool is null, "promtool is not on the PATH.");

        await RunAsync(promtool!, "check", "rules", Path.Combine(RepositoryFiles.Root, Rules));
        await RunAsync(promtool!, "check", "config", Path.Combine(RepositoryFiles.Root, "deploy/prometheus/prometheus.yml"));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{await output}{await errors}");
    }

    private sealed record RuleFile(List<RuleGroup> Groups);

    private sealed record RuleGroup(string Name, List<PrometheusRule> Rules);

    /// <summary>A rule as Prometheus has it.</summary>
    private sealed record PrometheusRule(string Alert, string Expr, string? For, string? KeepFiringFor, Dictionary<string, string> Labels, Dictionary<string, string> Annotations)
    {
        public static PrometheusRule From(AlertRule rule) => new(
            rule.Name, rule.Expression, Duration(rule.For), Duration(rule.KeepFiringFor), new() { ["severity"] = rule.SeverityLabel },
            new() { ["summary"] = rule.Summary, ["description"] = rule.Remedy, ["runbook"] = rule.Runbook });

        private static string? Duration(TimeSpan duration) =>
            duration == TimeSpan.Zero ? null : string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalSeconds}s");
    }
}
