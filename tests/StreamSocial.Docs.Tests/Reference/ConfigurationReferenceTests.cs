using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using StreamSocial.AppHost.Startup;
using StreamSocial.Docs.Tests.Options;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>docs/reference/configuration.md, from the options' classes; the AppHost's <c>--help</c> agrees with it.</summary>
public sealed class ConfigurationReferenceTests
{
    private const string Introduction = """
        # Configuration

        Generated from the options' documentation; a test fails when it is out of date
        (`UPDATE_DOCS=1 dotnet test tests/StreamSocial.Docs.Tests` writes it again).

        An option is set by configuration (`--Ingest:AckTimeout=00:00:20`) or by an environment variable
        with `__` for the colon (`Ingest__AckTimeout`). A duration is `[d.]hh:mm:ss[.fff]`. A service whose
        option is out of range ends at the start with exit code 1; each error is a line on standard error.
        Options are read at the start; the AppHost and the services that it starts watch no files.

        The AppHost passes the sections of a service on to it, so an option of a service may be given to
        the AppHost. `Telemetry`, `Logging`, `Http`, `HttpResilience`, `ClientLimits`, `Shutdown`,
        `Kafka:Client`, `Kafka:StatisticsInterval`, `Kafka:JmxAddresses`, `Aspire:Confluent`, `Members`,
        `ProducerPool`, `Peers:AllowedHosts`, `Scale:Timeout` and `Scale:CommandTimeout` go to every
        service.


        """;

    private const string AspireKafka = """
        ## `Aspire:Confluent:Kafka`

        Settings of Aspire's Kafka clients: `Aspire:Confluent:Kafka:Producer` and
        `Aspire:Confluent:Kafka:Consumer`, each with `Config` for librdkafka's properties by their .NET
        names, `DisableHealthChecks` and `DisableMetrics`. A part below them that is named like the
        connection, such as `Aspire:Confluent:Kafka:Producer:kafka`, holds for that connection only.
        `Kafka:Client` is applied on top, for every client.
        [Your own cluster](../guides/own-cluster.md#which-client-is-which) says which client is which.

        """;

    /// <summary>Keys that no options' class has, with their default and meaning.</summary>
    private static readonly (string Key, string Default, string Meaning)[] PlainKeys =
    [
        ("ConnectionStrings:kafka", "", "The brokers, `host:port[,host:port…]`. Services need it; the AppHost sets it for them."),
        ("KAFKA_HOME", "", "Environment variable: a directory with `libs/*.jar`, for `Kafka:Source=process`."),
        ("Topology:Profile", "by source", "Partition counts: `full` (1000 + 500 + 1000) or `small` (60 + 30 + 60). All services and the topics must agree. "
            + "The AppHost's default is `small` with `process` and `containers`, otherwise `full`; a service's is `full`."),
        ("Traffic:Enabled", "true", "Whether the AppHost starts traffic. What is published has it only if it is given, or if the traffic is your own."),
        ("Dashboard:Enabled", "true", "Whether the AppHost starts the dashboard."),
        ("Control:Url", "a free port", "Where the AppHost's control server listens, such as `http://127.0.0.1:5100`. Beyond loopback it needs `Control:Token`."),
        ("Control:Token", "made at start", "Secret that scaling, pausing, starting and stopping need, at the control server, the autoscaler and the dashboard. The AppHost prints it with its links, "
            + "and gives it to its services as `Scale:Token`. 16 characters or more: letters, digits, `-`, `.`, `_` and `~`."),
        ("AspireDashboard:Enabled", "true", "Whether the AppHost starts the Aspire dashboard. Without it, services send telemetry where the AppHost's own `OTEL_EXPORTER_OTLP_ENDPOINT` says."),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "", "Environment variable: where traces, metrics and logs are sent. Without it they are not collected."),
    ];

    [Fact]
    public void Reference_OfConfiguration_IsWhatTheOptionsSay() => GeneratedDocument.Verify("configuration.md", Write());

    [Fact]
    public void AppHostHelp_EachKey_IsInTheReferenceWithTheSameDefault()
    {
        foreach (var (name, shown, _) in OptionsHelp.Options)
        {
            if (PlainKeys.FirstOrDefault(plain => plain.Key == name) is { Key: not null } plain)
            {
                Assert.Equal((name, plain.Default), (name, shown));
                continue;
            }

            var option = Assert.Single(OptionCatalog.All, option => option.Key == name.TrimEnd('…').TrimEnd(':'));
            Assert.True(Matches(option, shown), $"--help says that {name} has the default '{shown}'; its document says '{option.Value.Default}'.");
        }
    }

    [Fact]
    public void AppHostOptions_WithoutConfiguration_StartWhatTheReferenceSays()
    {
        var options = AppHostOptions.From(new ConfigurationBuilder().Build());

        Assert.True(options is { AutoscalerEnabled: true, DashboardEnabled: true, Traffic: TrafficKind.Demo, Control: { Url: null, Token: null } });
    }

    /// <summary>An empty default of the help is explained in its text; a 0 that means "by cores" may say so.</summary>
    private static bool Matches(Option option, string shown) =>
        shown.Length == 0
            ? option.Default is null or "" or System.Collections.ICollection || option.Meaning.Contains("Java", StringComparison.Ordinal)
            : DocumentedValue.ParseNumber(shown) is { } number
                ? DocumentedValue.ParseNumber(option.Value.Default) == number
                : option.Value.Default.Trim('`').StartsWith(shown, StringComparison.OrdinalIgnoreCase)
                    || (shown == "by cores" && option.Value.Default.Contains("cores", StringComparison.Ordinal));

    private static string Write()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        text.Append("## Keys without a section\n\n| Key | Default | Meaning |\n|---|---|---|\n");
        foreach (var (key, value, meaning) in PlainKeys)
            text.Append(CultureInfo.InvariantCulture, $"| `{key}` | {value} | {meaning} |\n");

        foreach (var section in OptionCatalog.Sections.GroupBy(section => section.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `{section.Key}`\n");
            foreach (var part in section)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{GeneratedDocument.Wrap(part.Summary)}\n\n| Key | Type | Default | Range | Meaning |\n|---|---|---|---|---|\n");
                foreach (var option in part.Options)
                {
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"| `{option.Key}` | {TypeName(option)} | {Default(option)} | {GeneratedDocument.Cell(option.Value.Range)} | {GeneratedDocument.Cell(option.Meaning)} |\n");
                }
            }
        }

        return text.Append('\n').Append(AspireKafka.ReplaceLineEndings("\n")).ToString();
    }

    /// <summary>The documented default, or that of the section where it sets another one.</summary>
    private static string Default(Option option) => Equals(option.Default, option.OwnDefault) || option.Default is null or System.Collections.ICollection || option.OwnDefault is string
        ? GeneratedDocument.Cell(option.Value.Default)
        : option.Default is TimeSpan duration ? $"{duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s" : $"{option.Default}";

    private static string TypeName(Option option)
    {
        if (option.IsMap)
            return "map";
        if (option.Type.IsEnum)
            return string.Join(", ", Enum.GetNames(option.Type).Select(name => $"`{name.ToLowerInvariant()}`"));
        return option.Type switch
        {
            var type when type == typeof(TimeSpan) => "duration",
            var type when type == typeof(bool) => "boolean",
            var type when type == typeof(string) => "text",
            var type when type == typeof(Uri) => "address",
            var type when type == typeof(double) => "number",
            _ => "integer",
        };
    }
}
