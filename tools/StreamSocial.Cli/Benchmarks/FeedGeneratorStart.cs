using System.Diagnostics;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>A feed generator that does the peers' work and no more: nothing is pulled, nobody is notified.</summary>
internal sealed record FeedGeneratorStart(IStandaloneBrokers Brokers, FileInfo Program, TopologyProfile Profile)
{
    /// <summary>Entries that a feed keeps, as at the peers.</summary>
    public const int FeedCapacity = 100;

    /// <summary>The stages that have something to do.</summary>
    public static readonly StageManifest[] Stages = [.. FeedGeneratorStages.All.Where(stage => stage.Input != TopicNames.Notifications)];

    /// <param name="group">Its consumer group.</param>
    /// <param name="member">Its name in the group.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="furtherArguments">Settings that replace these.</param>
    public ProcessStartInfo Create(string group, string member, int port, IEnumerable<string> furtherArguments) => new(
        "dotnet",
        [
            Program.FullName,
            $"--ConnectionStrings:kafka={Brokers.BootstrapServers}",
            $"--Kafka:Embedded={Brokers.IsEmbedded}",
            $"--Topology:Profile={Profile}",
            $"--Streams:GroupId={group}",
            $"--Streams:MemberId={member}",
            $"--Feeds:Capacity={FeedCapacity}",
            $"--Actions:PullThreshold={long.MaxValue}",
            "--Notifications:Enabled=false",
            "--Telemetry:Prometheus=true",
            $"--urls=http://127.0.0.1:{port}",
            .. furtherArguments,
        ]) { WorkingDirectory = Program.DirectoryName };
}
