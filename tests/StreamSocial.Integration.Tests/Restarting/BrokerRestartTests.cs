using System.Runtime.Versioning;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Integration.Tests.Processes;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Restarting;

public sealed class BrokerRestartTests
{
    /// <summary>The orchestrator waits for all brokers before the application counts as started.</summary>
    [Fact]
    public async Task AppHost_ABrokerEndsWhileTheApplicationStarts_IsStartedAgain()
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

            // What it last wrote follows as a rule; the orchestrator may have dropped it with the next start.
            Assert.Contains(appHost.Lines, line => line.Contains("kafka-2 ended with exit code 1", StringComparison.Ordinal));
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
            case "$*" in *kafka.Kafka*node-2*) mkdir "{bin.FullName}/ended" 2>/dev/null && echo "This one ends at its first start." && exit 1;; esac
            exec "{JavaRuntime.Executable}" "$@"
            """);
        File.SetUnixFileMode(java, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task<bool> IsHealthyAsync(AppHostProcess appHost) => (await appHost.ReadResourcesAsync(TestContext.Current.CancellationToken))
        .Any(resource => resource.GetProperty("name").GetString() == "ingest" && resource.GetProperty("health").GetString() == "Healthy");
}
