using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using StreamSocial.Control;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Kafka.Tests.Autoscaler;

/// <summary>An autoscaler as a process of its own, which a test can kill.</summary>
internal sealed class AutoscalerProcess : IDisposable
{
    private const string Token = "token-of-this-test";

    private readonly Process _process;
    private readonly HttpClient _http;

    private AutoscalerProcess(Process process, Uri address)
    {
        (_process, _http) = (process, new HttpClient { BaseAddress = address });
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        // What nobody reads fills the pipe and stops the process.
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
    }

    public static AutoscalerProcess Start(string bootstrapServers, bool isEmbedded, Uri control, params ReadOnlySpan<string> options)
    {
        var address = new Uri($"http://127.0.0.1:{LoopbackPorts.ChooseFree(1)[0]}");
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string[] arguments =
        [
            Path.Combine(here.Parent!.Parent!.FullName, "StreamSocial.Autoscaler", here.Name, "StreamSocial.Autoscaler.dll"),
            $"--urls={address}", $"--ConnectionStrings:kafka={bootstrapServers}", $"--Kafka:Embedded={isEmbedded}", "--Topology:Profile=small", $"--Scale:Endpoint={control}", $"--Scale:Token={Token}",
            .. options,
        ];
        return new AutoscalerProcess(Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!, address);
    }

    /// <summary>Asks for a number of replicas; false when it does not answer or says that another one decides.</summary>
    public async Task<bool> TryFixAsync(int replicas)
    {
        try
        {
            using var answer = await _http.PutAsJsonAsync("/v1/override", new OverrideRequest("fixed", replicas), TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The number that somebody fixed, as this autoscaler knows it; null when there is none, or it does not answer.</summary>
    public async Task<int?> ReadFixedAsync()
    {
        try
        {
            return (await _http.GetFromJsonAsync<OverrideDocument>("/v1/override", TestContext.Current.CancellationToken))?.Replicas;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
    }
}
