namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>A Kafka distribution; only its <c>libs/*.jar</c> are used.</summary>
public static class KafkaHome
{
    public const string Variable = "KAFKA_HOME";

    /// <summary>Why a directory is no Kafka distribution; null when it is one.</summary>
    public static string? FindProblem(string directory)
    {
        var libs = Path.Combine(directory, "libs");
        if (!Directory.Exists(libs))
            return $"KAFKA_HOME is '{directory}', which has no directory libs: set it to the root of a Kafka distribution.";
        return Directory.EnumerateFiles(libs, "kafka-clients-*.jar").Any()
            ? null
            : $"KAFKA_HOME is '{directory}', but libs holds no kafka-clients-*.jar: set it to the root of a Kafka distribution.";
    }

    /// <summary>The class path of a distribution.</summary>
    public static string ClassPath(string directory) => Path.Combine(Path.GetFullPath(directory), "libs", "*");
}
