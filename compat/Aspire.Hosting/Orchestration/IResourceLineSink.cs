namespace Aspire.Hosting.Orchestration;

/// <summary>Where the lines of all resources go.</summary>
internal interface IResourceLineSink
{
    void Write(string resourceName, string content, bool isError);
}
