using System.Runtime.Versioning;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Integration.Tests.Processes;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Restarting;

public sealed class BrokerRestartTests
{
    private const string LastWords = "This one ends at its first start.";

    /// <summary>The orchestrator waits for all brokers before the application counts as started.</summary>
    [Fact]
    public async Task AppHost_ABrokerEndsWhileTheApplicationStarts_IsStartedAgainAndSaysWhy()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")))
            Assert.Skip("KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar) to run this on real brokers.");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The Java that ends is a shell script.");
            return;
        }

        var directory = Directory.CreateTempSubdirectory("java-");
        try
        {
            WriteJava(directory.CreateSubdirectory("bin"));
            using var appHost = AppHostProcess.StartIn(
                [("JAVA_HOME", directory.FullName)], "--Kafka:Source=process", "--FeedGenerators:Initial=1", "--Dashboard:Enabled=false", "--AspireDashboard:Enabled=false");

            await Eventually.TrueAsync("ingest is healthy", () => IsHealthyAsync(appHost), () => string.Join(Environment.NewLine, appHost.Lines.TakeLast(20)), seconds: 180);

            Assert.Contains(appHost.Lines, line => line.Contains(LastWords, StringComparison.Ordinal));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>A Java that ends when it is to run the second broker for the first time.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void WriteJava(DirectoryInfo bin)
    {
        var java = Path.Combine(bin.FullName, "java");
        File.WriteAllText(java, $"""
            #!/bin/sh
            case "$*" in *kafka.Kafka*node-2*) mkdir "{bin.FullName}/ended" 2>/dev/null && echo "{LastWords}" && exit 1;; esac
            exec "{JavaRuntime.Executable}" "$@"
            """);
        File.SetUnixFileMode(java, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task<bool> IsHealthyAsync(AppHostProcess appHost) => (await appHost.ReadResourcesAsync(TestContext.Current.CancellationToken))
        .Any(resource => resource.GetProperty("name").GetString() == "ingest" && resource.GetProperty("health").GetString() == "Healthy");
}
