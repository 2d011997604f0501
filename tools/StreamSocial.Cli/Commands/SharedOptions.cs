using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Configuration;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Commands;

/// <summary>Options that several commands have; each call makes a new one.</summary>
internal static class SharedOptions
{
    private const string BootstrapVariable = "ConnectionStrings__kafka";
    private const string ProfileVariable = "Topology__Profile";

    /// <summary>Longest time that may be given for a wait.</summary>
    public const int MostSeconds = 1_000_000;

    /// <summary>Longest time that may be given for what ends by the clock.</summary>
    private const int MostHours = 10_000;

    public static Option<FileInfo?> Json() => new("--json") { Description = "Also write the result to this file, as JSON.", HelpName = "FILE" };

    public static Option<string?> Bootstrap()
    {
        var option = new Option<string?>("--bootstrap")
        {
            Description = $"Bootstrap servers of the cluster, host:port[,host:port...]; default from the environment variable {BootstrapVariable}.",
            HelpName = "SERVERS",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(BootstrapVariable),
        };
        option.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string?>()))
                result.AddError($"Which Kafka? Give --bootstrap host:port or set {BootstrapVariable}. 'verify --keep-running' prints the address of its cluster.");
        });
        return option;
    }

    /// <param name="otherwise">What is taken when neither the option nor the environment says it.</param>
    public static Option<TopologyProfile?> Profile(string otherwise)
    {
        var option = new Option<TopologyProfile?>("--profile")
        {
            Description = $"Partition counts: full (1000, 500, 1000 for the inputs) or small (60, 30, 60); default from the environment variable {ProfileVariable}, or else {otherwise}.",
            HelpName = "full|small",
            DefaultValueFactory = _ => ReadProfile().Profile,
            CustomParser = ParseProfile,
        };
        option.Validators.Add(result =>
        {
            if (result.Implicit && ReadProfile().Error is { } error)
                result.AddError(error);
        });
        return option;
    }

    public static Option<int?> ReplicationFactor() => new("--replication-factor")
    {
        Description = "Copies of each partition, for a cluster of fewer brokers than the catalogue's 3. One copy survives no broker.",
        HelpName = "N",
        CustomParser = result => Parse("--replication-factor", result, 1, $"a whole number, 1 to {short.MaxValue}", short.MaxValue),
    };

    /// <summary>How to reach the cluster; security and other client properties come from the environment, as for a service (<c>Kafka__Client__…</c>).</summary>
    public static KafkaClientSettings CreateSettings(string bootstrap)
    {
        var options = KafkaOptions.From(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        if (new KafkaOptionsValidator().Validate(null, options) is { Failed: true, FailureMessage: var errors })
            throw new UsageException(errors);
        return new KafkaClientSettings(bootstrap, options);
    }

    public static Option<FileInfo?> Trace()
    {
        var option = new Option<FileInfo?>("--trace") { Description = "Higgs activity trace, plain or gzip; - for standard input.", HelpName = "FILE" };
        option.Validators.Add(result =>
        {
            // By its text: to read a value that is no path, such as an empty one, would throw; the error is there already.
            if (result.Tokens is [{ Value: { Length: > 0 } path }] && new FileInfo(path) is { Exists: false } file && file.Name != TraceFile.StandardInput)
                result.AddError($"There is no trace file {file.FullName}.");
        });
        return option;
    }

    public static Option<int> Seed(string description) => new("--seed") { Description = description, HelpName = "N", DefaultValueFactory = _ => 1 };

    public static Option<FileInfo?> AppHost() => new("--apphost") { Description = "The AppHost's assembly; by default the AppHost beside this tool is built and used.", HelpName = "DLL" };

    public static Option<string[]> Set()
    {
        var option = new Option<string[]>("--set")
        {
            Description = "Further configuration of the topology, such as --set Streams:CheckpointInterval=00:00:05. What is read back is compared with what the defaults of feeds, notifications and the trend make.", HelpName = "KEY=VALUE", DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result =>
        {
            foreach (var setting in (result.GetValueOrDefault<string[]>() ?? []).Where(setting => setting.IndexOf('=', StringComparison.Ordinal) <= 0))
                result.AddError($"--set is '{setting}'; give a key and a value, such as Streams:CheckpointInterval=00:00:05.");
        });
        return option;
    }

    public static Option<int> AtLeastOne(string name, string description, int defaultValue) => AtLeast(name, description, 1, defaultValue);

    public static Option<int> AtLeast(string name, string description, int minimum, int defaultValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(name, result, minimum, $"a whole number, {minimum} or more"),
    };

    public static Option<int> Between(string name, string description, int minimum, int maximum, int defaultValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(name, result, minimum, string.Create(CultureInfo.InvariantCulture, $"a whole number, {minimum:N0} to {maximum:N0}"), maximum),
    };

    /// <summary>Requests in flight of a replay, as many as <see cref="ReplayOptions.Workers"/> may be.</summary>
    public static Option<int> Workers(int defaultValue) => Between("--workers", "Most requests in flight, 1 to 256; fewer while they take longer than 15 s.", 1, 256, defaultValue);

    public static Option<double> NotNegative(string name, string description, string helpName, double defaultValue) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(name, result, 0.0, "a number, 0 or more"),
    };

    /// <summary>Which brokers a benchmark starts.</summary>
    public static Option<string> StandaloneKafka(string defaultValue = "embedded")
    {
        var option = new Option<string>("--kafka")
        {
            Description = "Brokers in processes of their own: embedded ones, or real ones from KAFKA_HOME.", HelpName = "embedded|process", DefaultValueFactory = _ => defaultValue,
        };
        option.AcceptOnlyFromAmong("embedded", "process");
        return option;
    }

    /// <summary>A whole number of seconds, at most what a timer takes with much to spare.</summary>
    public static Option<int> Seconds(string name, string description, int defaultValue) => Between(name, description, 1, MostSeconds, defaultValue);

    /// <summary>A rate, a factor or seconds: at least a thousandth, since the wait for what is rarer is longer than a timer takes.</summary>
    public static Option<double?> Positive(string name, string description, double maximum = double.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(name, result, 0.001, maximum < double.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"a number, 0.001 to {maximum:N0}") : "a number, 0.001 or more", maximum),
    };

    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description, HelpName = "TIME", CustomParser = result => ParseDuration(name, result),
    };

    /// <param name="counted">What it counts.</param>
    public static Option<long?> Limit(string counted = "events") => new("--actions")
    {
        Description = $"Stop after this many {counted}; default the whole trace.",
        HelpName = "N",
        CustomParser = result => Parse("--actions", result, 1L, "a whole number, 1 or more"),
    };

    /// <summary>Parses and checks in one step: a validator that reads a value which is no number would throw.</summary>
    /// <param name="name">The option.</param>
    /// <param name="result">What was given.</param>
    /// <param name="minimum">Least value.</param>
    /// <param name="expected">What to give instead, for the error.</param>
    /// <param name="maximum">Largest value; null for any that is finite.</param>
    public static T Parse<T>(string name, ArgumentResult result, T minimum, string expected, T? maximum = null)
        where T : struct, INumber<T>
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value) && value >= minimum && !(value > maximum))
            return value;
        result.AddError($"{name} is '{text}'; give {expected}.");
        return default;
    }

    /// <summary>The profile that the environment names, or what is wrong with the name.</summary>
    private static (TopologyProfile? Profile, string? Error) ReadProfile()
    {
        try
        {
            return (StreamSocialTopics.ReadProfile(new ConfigurationBuilder().AddEnvironmentVariables().Build()), null);
        }
        catch (InvalidOperationException e)
        {
            return (null, e.Message);
        }
    }

    private static TopologyProfile? ParseProfile(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (StreamSocialTopics.FindProfile(text) is { } profile)
            return profile;
        result.AddError($"--profile is '{text}'; give full or small.");
        return null;
    }

    private static TimeSpan? ParseDuration(string name, ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var seconds = text.Length > 1 && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? text[^1] switch { 's' => number, 'm' => number * 60, 'h' => number * 3600, _ => 0 }
            : 0;
        if (seconds >= 0.001 && seconds <= MostHours * 3600.0)
            return TimeSpan.FromSeconds(seconds);
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; give a number with s, m or h, such as 10m, 0.001s to {MostHours}h."));
        return null;
    }
}
